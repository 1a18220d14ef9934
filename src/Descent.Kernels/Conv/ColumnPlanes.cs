using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>
/// An image of one channel, sorted so that what neighbouring pooled pixels read lies side by side: plane u of a row holds columns u, u + step,
/// u + 2·step, … of the padded row, one for each pooled pixel, and zeros up to whole vectors.
/// </summary>
internal readonly unsafe struct ColumnPlanes
{
    private readonly Conv2dShape _conv;
    private readonly int _step;
    private readonly int _columns;
    private readonly int _linePitch;

    public ColumnPlanes(in ConvPoolShape s)
    {
        (_conv, _step, _columns, Count) = (s.Conv, s.ColumnStep, s.OutW, s.SpanW);
        Pitch = ConvPoolShape.RoundUp(s.OutW, ConvPoolShape.VectorFloats);
        _linePitch = ConvPoolShape.RoundUp(Math.Max(Count + (_step * Pitch), s.Conv.PaddedW), 16);
    }

    /// <summary>Planes of a row.</summary>
    public int Count { get; }

    /// <summary>Distance of planes.</summary>
    public int Pitch { get; }

    /// <summary>Distance of rows.</summary>
    public nint RowPitch => Count * (nint)Pitch;

    /// <summary>Scratch for so many rows.</summary>
    public nint Floats(int rows) => rows * (_linePitch + RowPitch);

    /// <summary>Sorts rows [<paramref name="first"/>, <paramref name="last"/>) of the padded image; returns where the first begins.</summary>
    [MethodImpl(Jit.Hot)]
    public float* Sort(float* image, float* scratch, int first, int last)
    {
        // All rows are padded before the first is sorted: a load that spans two recent stores would wait for both.
        int rows = last - first;
        new Span<float>(scratch, rows * _linePitch).Clear();
        for (int h = Math.Max(first - _conv.PadTop, 0); h < Math.Min(last - _conv.PadTop, _conv.H); h++)
        {
            float* line = scratch + ((h + _conv.PadTop - first) * (nint)_linePitch) + _conv.PadLeft;
            new ReadOnlySpan<float>(image + ((nint)h * _conv.W), _conv.W).CopyTo(new Span<float>(line, _conv.W));
        }
        float* planes = scratch + (rows * (nint)_linePitch);
        if (_step == 2 && Avx512F.IsSupported)
        {
            SortPairs(scratch, planes, rows);
            return planes;
        }
        float* plane = planes;
        for (int row = 0; row < rows; row++)
        {
            for (int u = 0; u < Count; u++, plane += Pitch)
            {
                float* line = scratch + (row * (nint)_linePitch) + u;
                for (int t = 0; t < Pitch; t++)
                {
                    plane[t] = t < _columns ? line[t * _step] : 0;
                }
            }
        }
        return planes;
    }

    /// <summary>Sorts rows where every second column goes together.</summary>
    [MethodImpl(Jit.Hot)]
    private void SortPairs(float* lines, float* planes, int rows)
    {
        Vector512<int> even = Vector512<int>.Indices + Vector512<int>.Indices;
        int pitch = Pitch, count = Count;
        for (int t = 0; t < pitch; t += Vector512<float>.Count)
        {
            Vector512<float> inside = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(_columns - t)).AsSingle();
            float* line = lines + (2 * t), plane = planes + t;
            for (int row = rows; row > 0; row--)
            {
                for (int u = 0; u < count; u++)
                {
                    Vector512<float> low = Vector512.Load(line + u), high = Vector512.Load(line + u + Vector512<float>.Count);
                    (Avx512F.PermuteVar16x32x2(low, even, high) & inside).Store(plane);
                    plane += pitch;
                }
                line += _linePitch;
            }
        }
    }
}
