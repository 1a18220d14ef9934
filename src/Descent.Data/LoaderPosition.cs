namespace Descent;

/// <summary>Where a <see cref="Batches"/> stands: enough to go on exactly, in the middle of an epoch too.</summary>
/// <param name="Epoch">Epochs before the present one.</param>
/// <param name="Batch">Batches of the present epoch that were handed out; all of them once it is over.</param>
/// <param name="Draw">Draws that the stream <c>shuffle</c> had made when the epoch began: they are what orders and augments it.</param>
public readonly record struct LoaderPosition(int Epoch, int Batch, ulong Draw);
