namespace Descent;

/// <summary>What <see cref="SeparableConv1d"/> and <see cref="SeparableConv2d"/> share: all but the number of axes.</summary>
public abstract partial class SeparableConvNd : Layer
{
    private protected SeparableConvNd(ConvNd depthwise, ConvNd pointwise) => (Depthwise, Pointwise) = (depthwise, pointwise);

    /// <summary>Cin → Cin · multiplier, each channel on its own.</summary>
    public ConvNd Depthwise { get; }

    /// <summary>Cin · multiplier → Cout, element by element.</summary>
    public ConvNd Pointwise { get; }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes or channels, or the windows do not fit it.</exception>
    public override Tensor Forward(Tensor x) => Pointwise.Forward(Depthwise.Forward(x));
}
