namespace Descent;

/// <summary>One number per channel beside x (N, C, …).</summary>
internal static class Channels
{
    /// <summary>(C) as (C, 1, …), so that it broadcasts along the channels of x.</summary>
    public static Tensor Along(Parameter numbers, Tensor x) => numbers.Read().Reshape([numbers.Shape[0], .. Enumerable.Repeat(1, x.Rank - 2)]);
}
