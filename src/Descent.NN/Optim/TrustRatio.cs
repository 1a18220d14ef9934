namespace Descent;

/// <summary>How far a parameter may move: a ratio of norms over a whole parameter, which LARS and LAMB scale their steps by.</summary>
internal static class TrustRatio
{
    /// <summary>√Σx².</summary>
    public static Tensor Norm(Tensor x) => x.Square().Sum().Sqrt();

    /// <summary>The ratio where both norms are above 0, else 1.</summary>
    public static Tensor Of(Tensor ratio, Tensor norm, Tensor other) =>
        Tensor.Select((norm > 0) & (other > 0), ratio, Tensor.Scalar(1, ratio.DType, ratio.Device));
}
