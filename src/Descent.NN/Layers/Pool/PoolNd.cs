namespace Descent;

/// <summary>What all poolings by a window share: they have no parameters and keep the channels.</summary>
/// <remarks>Shapes: x (N, C, …) → y (N, C, …), each axis behind the channels n → (n + padding − kernel) / stride + 1.</remarks>
public abstract partial class PoolNd : Layer
{
    private readonly SlidingWindow _window;

    private protected PoolNd(int spatial, PerAxis kernel, PerAxis? stride, Padding padding, SizeRounding rounding) =>
        _window = new SlidingWindow(GetType().Name, spatial, kernel, stride ?? kernel, padding, 1, rounding).WithinPadding();

    /// <summary>How the windows lie on this input.</summary>
    private protected AxisWindow[] WindowsOn(Tensor x) => _window.On(x.Type);
}
