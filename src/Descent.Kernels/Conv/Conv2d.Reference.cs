using System.Diagnostics;

namespace Descent.Kernels;

/// <summary>
/// The definition of convolution and its gradients, in double and in logical order: x (N, C, H, W), w (K, C / groups, KH, KW),
/// y (N, K, OutH, OutW). The fast kernels are tested against it, and the engine's interpreter runs it.
/// </summary>
public static class Conv2dReference
{
    /// <summary>y[n,k,p,q] = Σ over c, i, j of x[n, c, p·stride + i·dilation − pad, q·stride + j·dilation − pad] · w[k,c,i,j].</summary>
    public static void Forward(Conv2dShape s, ReadOnlySpan<double> x, ReadOnlySpan<double> w, Span<double> y)
    {
        Debug.Assert(x.Length == s.InputFloats && w.Length == s.WeightFloats && y.Length == s.OutputFloats, "Wrong length.");
        y.Clear();
        foreach (Tap t in new Taps(s))
        {
            y[t.Y] += x[t.X] * w[t.W];
        }
    }

    /// <summary>dx, the gradient with respect to x: every product of <see cref="Forward"/> gives dx += dy·w.</summary>
    public static void BackwardInput(Conv2dShape s, ReadOnlySpan<double> dy, ReadOnlySpan<double> w, Span<double> dx)
    {
        Debug.Assert(dx.Length == s.InputFloats && w.Length == s.WeightFloats && dy.Length == s.OutputFloats, "Wrong length.");
        dx.Clear();
        foreach (Tap t in new Taps(s))
        {
            dx[t.X] += dy[t.Y] * w[t.W];
        }
    }

    /// <summary>dw, the gradient with respect to w: every product of <see cref="Forward"/> gives dw += x·dy.</summary>
    public static void BackwardWeight(Conv2dShape s, ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dw)
    {
        Debug.Assert(x.Length == s.InputFloats && dw.Length == s.WeightFloats && dy.Length == s.OutputFloats, "Wrong length.");
        dw.Clear();
        foreach (Tap t in new Taps(s))
        {
            dw[t.W] += x[t.X] * dy[t.Y];
        }
    }

    /// <summary>db[k] = Σ over n, p, q of dy[n,k,p,q], the gradient of a bias per output channel.</summary>
    public static void BackwardBias(Conv2dShape s, ReadOnlySpan<double> dy, Span<double> db)
    {
        Debug.Assert(dy.Length == s.OutputFloats && db.Length == s.K, "Wrong length.");
        db.Clear();
        int plane = s.OutH * s.OutW;
        for (int i = 0; i < dy.Length; i++)
        {
            db[i / plane % s.K] += dy[i];
        }
    }

    /// <summary>Flat indices of one product x·w that is part of y.</summary>
    private readonly record struct Tap(int X, int W, int Y);

    /// <summary>All products of a convolution, those with padding left out; for each element of y in ascending (c, i, j).</summary>
    private readonly struct Taps(Conv2dShape s)
    {
        public IEnumerator<Tap> GetEnumerator()
        {
            for (int n = 0; n < s.N; n++)
            {
                for (int k = 0; k < s.K; k++)
                {
                    for (int p = 0; p < s.OutH; p++)
                    {
                        for (int q = 0; q < s.OutW; q++)
                        {
                            for (int c = 0; c < s.GroupC; c++)
                            {
                                for (int i = 0; i < s.KernelH; i++)
                                {
                                    int h = (p * s.StrideH) + (i * s.DilationH) - s.PadTop;
                                    for (int j = 0; j < s.KernelW && h >= 0 && h < s.H; j++)
                                    {
                                        int v = (q * s.StrideW) + (j * s.DilationW) - s.PadLeft;
                                        if (v >= 0 && v < s.W)
                                        {
                                            int channel = (k / s.GroupK * s.GroupC) + c;
                                            yield return new Tap(
                                                X: (((((n * s.C) + channel) * s.H) + h) * s.W) + v,
                                                W: (((((k * s.GroupC) + c) * s.KernelH) + i) * s.KernelW) + j,
                                                Y: (((((n * s.K) + k) * s.OutH) + p) * s.OutW) + q);
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
