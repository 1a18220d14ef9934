namespace Descent;

/// <summary>A file that a checkpoint is to hold.</summary>
/// <param name="Name">Such as <c>model.safetensors</c>.</param>
/// <param name="Parts">Its bytes, in pieces that are written one after the other.</param>
internal sealed record CheckpointFile(string Name, IReadOnlyList<ReadOnlyMemory<byte>> Parts);
