namespace Descent;

public sealed partial class Tensor
{
    /// <summary>Sigmoid linear unit, also called swish: <c>y = x·σ(x)</c>.</summary>
    /// <remarks>Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017.</remarks>
    public Tensor Silu() => this * Sigmoid();

    /// <summary>Square: <c>y = x²</c>.</summary>
    public Tensor Square() => this * this;

    /// <summary>Reciprocal: <c>y = 1 / x</c>.</summary>
    public Tensor Reciprocal() => 1 / this;
}
