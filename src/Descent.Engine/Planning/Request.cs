namespace Descent;

/// <summary>What one run is asked for.</summary>
internal sealed class Request
{
    /// <summary>Tensors whose values are kept.</summary>
    public required IReadOnlyList<Tensor> Outputs { get; init; }

    /// <summary>Cell writes besides those that the nodes themselves carry.</summary>
    public IReadOnlyList<Effect> Effects { get; init; } = [];

    /// <summary>Scalars on whose being finite every commit depends.</summary>
    public IReadOnlyList<Tensor> Guards { get; init; } = [];

    /// <summary>True for a step: its graph drops its inputs afterwards.</summary>
    public bool Consumes { get; init; }

    /// <summary>Called when the cells have been written, in replays too.</summary>
    public Action? Committed { get; init; }

    /// <summary>Who asks, for messages: <c>Item</c>, <c>Step</c>.</summary>
    public required string Caller { get; init; }
}
