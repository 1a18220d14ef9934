namespace Descent;

/// <summary>What <see cref="LpPool1d"/>, <see cref="LpPool2d"/> and <see cref="LpPool3d"/> share: all but the number of axes.</summary>
public abstract partial class LpPoolNd : PoolNd
{
    private readonly double _power;
    private readonly int _elements;

    private protected LpPoolNd(int spatial, double power, PerAxis kernel, PerAxis? stride, SizeRounding rounding)
        : base(spatial, kernel, stride, Padding.Valid, rounding)
    {
        _power = power >= 1 ? power : throw new ArgumentOutOfRangeException(nameof(power), power, "The power of a norm is at least 1.");
        _elements = kernel.Of(spatial, nameof(kernel)).Aggregate(1, (product, size) => product * size);
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">x has other axes, or the windows do not fit it.</exception>
    public override Tensor Forward(Tensor x)
    {
        // Padding counted, the mean times the size of the window is its sum, wherever the window lies.
        AxisWindow[] windows = [.. WindowsOn(x).Select(window => window with { Overhang = 0 })];
        Tensor sum = (_power == 2 ? x.Square() : x.Abs().Pow(_power)).AvgPool(windows, countPadding: true) * _elements;

        // A root has no slope at 0: there the gradient is 0, as PyTorch's.
        Tensor isZero = sum.EqualTo(0), safe = Tensor.Select(isZero, Tensor.Scalar(1, x.DType, x.Device), sum);
        return Tensor.Select(isZero, sum, _power == 2 ? safe.Sqrt() : safe.Pow(1 / _power));
    }
}
