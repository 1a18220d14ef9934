using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.Kernels;

/// <summary>What the factorisations do to whole rows of doubles.</summary>
internal static class DoubleRows
{
    /// <summary>Σ a·b.</summary>
    [MethodImpl(Jit.Hot)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a), vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> even = default, odd = default;
        int i = 0;
        for (; i + 1 < va.Length; i += 2)
        {
            even += va[i] * vb[i];
            odd += va[i + 1] * vb[i + 1];
        }

        if (i < va.Length)
        {
            even += va[i] * vb[i];
        }

        double sum = Vector.Sum(even + odd);
        for (int rest = va.Length * Vector<double>.Count; rest < a.Length; rest++)
        {
            sum += a[rest] * b[rest];
        }

        return sum;
    }

    /// <summary>y = y + factor·x.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Add(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        ReadOnlySpan<Vector<double>> vx = MemoryMarshal.Cast<double, Vector<double>>(x);
        Span<Vector<double>> vy = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int i = 0; i < vx.Length; i++)
        {
            vy[i] += vx[i] * factor;
        }

        for (int rest = vx.Length * Vector<double>.Count; rest < x.Length; rest++)
        {
            y[rest] += x[rest] * factor;
        }
    }

    /// <summary>Turns the plane of two rows: a = c·a − s·b, b = s·a + c·b.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Rotate(double c, double s, Span<double> a, Span<double> b)
    {
        Span<Vector<double>> va = MemoryMarshal.Cast<double, Vector<double>>(a), vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        for (int i = 0; i < va.Length; i++)
        {
            Vector<double> x = va[i], y = vb[i];
            va[i] = (x * c) - (y * s);
            vb[i] = (x * s) + (y * c);
        }

        for (int rest = va.Length * Vector<double>.Count; rest < a.Length; rest++)
        {
            (a[rest], b[rest]) = ((a[rest] * c) - (b[rest] * s), (a[rest] * s) + (b[rest] * c));
        }
    }
}
