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
    private readonly int _lineFloats;

    public ColumnPlanes(in ConvPoolShape s)
    {
        (_conv, _step, _columns, Count) = (s.Conv, s.ColumnStep, s.OutW, s.SpanW);
        Pitch = ConvPoolShape.RoundUp(s.OutW, ConvPoolShape.VectorFloats);
        _lineFloats = ConvPoolShape.RoundUp(Math.Max(Count + (_step * Pitch), s.Conv.PaddedW), 16);
    }

    /// <summary>Planes of a row.</summary>
    public int Count { get; }

    /// <summary>Distance of planes.</summary>
    public int Pitch { get; }

    /// <summary>Distance of rows.</summary>
    public nint RowPitch => Count * (nint)Pitch;

    /// <summary>Scratch for so many rows.</summary>
    public nint Floats(int rows) => _lineFloats + (rows * RowPitch);

    /// <summary>Sorts rows [<paramref name="first"/>, <paramref name="last"/>) of the padded image; returns where the first begins.</summary>
    [MethodImpl(Jit.Hot)]
    public float* Sort(float* image, float* scratch, int first, int last)
    {
        float* line = scratch, planes = scratch + _lineFloats, plane = planes;
        int tail = Pitch - _columns;
        new Span<float>(line, _lineFloats).Clear();
        for (int row = first; row < last; row++)
        {
            int h = row - _conv.PadTop;
            if (h < 0 || h >= _conv.H)
            {
                new Span<float>(plane, (int)RowPitch).Clear();
                plane += RowPitch;
                continue;
            }
            new ReadOnlySpan<float>(image + ((nint)h * _conv.W), _conv.W).CopyTo(new Span<float>(line + _conv.PadLeft, _conv.W));
            for (int u = 0; u < Count; u++, plane += Pitch)
            {
                if (_step == 2)
                {
                    Pairs(line + u, plane, Pitch);
                }
                else
                {
                    for (int t = 0; t < Pitch; t++)
                    {
                        plane[t] = line[u + (t * _step)];
                    }
                }
                new Span<float>(plane + _columns, tail).Clear();
            }
        }
        return planes;
    }

    /// <summary>The first of each of <paramref name="pairs"/> pairs.</summary>
    [MethodImpl(Jit.Inline)]
    private static void Pairs(float* source, float* target, int pairs)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<int> even = Vector512<int>.Indices * 2;
            for (int t = 0; t < pairs; t += Vector512<float>.Count)
            {
                Vector512<float> low = Vector512.Load(source + (2 * t)), high = Vector512.Load(source + (2 * t) + Vector512<float>.Count);
                Avx512F.PermuteVar16x32x2(low, even, high).Store(target + t);
            }
        }
        else
        {
            for (int t = 0; t < pairs; t += Vector128<float>.Count)
            {
                Vector128<float> low = Vector128.Load(source + (2 * t)), high = Vector128.Load(source + (2 * t) + Vector128<float>.Count);
                low = Vector128.Shuffle(low, Vector128.Create(0, 2, 0, 2));
                high = Vector128.Shuffle(high, Vector128.Create(0, 2, 0, 2));
                Vector128.ConditionalSelect(Vector128.Create(-1, -1, 0, 0).AsSingle(), low, high).Store(target + t);
            }
        }
    }
}
