using System.Globalization;

namespace Descent;

/// <summary>
/// Branches over one input whose outputs are put one behind the other along the channels: <c>y = concat(f₀(x), f₁(x), …)</c>.
/// </summary>
/// <remarks>
/// Shapes: each branch (N, Cᵢ, …), equal but for Cᵢ → y (N, ΣCᵢ, …). State names begin with the branch's position: <c>0.weight</c>.
/// Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, the inception module.
/// </remarks>
/// <exception cref="ArgumentException">There is no branch.</exception>
public sealed class Parallel : Layer
{
    private readonly string[] _names;

    public Parallel(params ReadOnlySpan<Layer> branches)
    {
        Branches = branches.IsEmpty ? throw new ArgumentException("Parallel needs at least one branch.", nameof(branches)) : branches.ToArray();
        _names = [.. Enumerable.Range(0, Branches.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>The branches in the order of their channels.</summary>
    public IReadOnlyList<Layer> Branches { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The outputs differ in more than their channels.</exception>
    public override Tensor Forward(Tensor x) => Tensor.Concat(1, [.. Branches.Select(branch => branch.Forward(x))]);

    /// <inheritdoc/>
    public override void Visit(IStateVisitor visitor)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            visitor.Module(_names[i], Branches[i]);
        }
    }
}
