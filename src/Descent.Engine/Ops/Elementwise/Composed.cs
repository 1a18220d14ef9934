namespace Descent;

public sealed partial class Tensor
{
    /// <summary>Square: <c>y = x²</c>.</summary>
    public Tensor Square() => this * this;

    /// <summary>Reciprocal: <c>y = 1 / x</c>.</summary>
    public Tensor Reciprocal() => 1 / this;
}
