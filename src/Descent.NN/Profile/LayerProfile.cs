namespace Descent;

/// <summary>What one layer of a network, or one operation between its layers, makes of an input, and what that takes.</summary>
/// <param name="Name">The path of the module, as in state names; empty for an operation that has no weights.</param>
/// <param name="Kind">The type of the module, or the name of the operation.</param>
/// <param name="Output">The shape of what it gives.</param>
/// <param name="Parameters">Elements of its own parameters.</param>
/// <param name="MultiplyAdds">Of its convolutions and matrix products; all else is left out, as is the custom of the field.</param>
/// <param name="ReceptiveField">Rows and columns of the image that one element of a feature map sees; null where it is all of them.</param>
/// <param name="EffectiveReceptiveField">
/// The side of the square of as many pixels as have a gradient of more than 4.55 % of the largest, of the middle element; null where it was
/// not measured.
/// </param>
public sealed record LayerProfile(
    string Name,
    string Kind,
    Shape Output,
    long Parameters,
    long MultiplyAdds,
    (int Rows, int Columns)? ReceptiveField,
    double? EffectiveReceptiveField)
{
    /// <summary>True where each element is computed by itself, so that it can be done within the memory of its operand.</summary>
    public bool IsElementwise { get; init; }
}
