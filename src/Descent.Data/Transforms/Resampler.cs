using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Scales images with a separable filter, first along rows, then along columns.</summary>
/// <remarks>
/// The arithmetic of Pillow and of torchvision's antialiased scaling: weights of 22 fractional bits, sums of integers, bytes between the two
/// directions. A filter is as wide as its shape says in pixels of the smaller of the two images, so that shrinking averages.
/// </remarks>
internal static class Resampler
{
    private const int FractionBits = 32 - 8 - 2;

    public static void Run(Planes from, Planes to, Resampling resampling)
    {
        if (resampling == Resampling.Nearest)
        {
            Nearest(from, to);
            return;
        }

        if (from.Height == to.Height && from.Width == to.Width)
        {
            from.CopyTo(to);
            return;
        }

        if (from.Height == to.Height)
        {
            AlongRows(from, to, resampling);
            return;
        }

        if (from.Width == to.Width)
        {
            AlongColumns(from, to, resampling);
            return;
        }

        int size = from.Channels * from.Height * to.Width;
        byte[] between = ArrayPool<byte>.Shared.Rent(size);
        var narrow = new Planes(between.AsSpan(0, size), from.Channels, from.Height, to.Width);
        AlongRows(from, narrow, resampling);
        AlongColumns(narrow, to, resampling);
        ArrayPool<byte>.Shared.Return(between);
    }

    private static void Nearest(Planes from, Planes to)
    {
        // Places are added up as Pillow does it, so that those that lie between two pixels fall to the same one.
        double scaleY = (double)from.Height / to.Height, scaleX = (double)from.Width / to.Width;
        for (int c = 0; c < to.Channels; c++)
        {
            double fromY = 0.5 * scaleY;
            for (int y = 0; y < to.Height; y++, fromY += scaleY)
            {
                ReadOnlySpan<byte> source = from.Row(c, Math.Min((int)fromY, from.Height - 1));
                Span<byte> target = to.Row(c, y);
                double fromX = 0.5 * scaleX;
                for (int x = 0; x < target.Length; x++, fromX += scaleX)
                {
                    target[x] = source[Math.Min((int)fromX, source.Length - 1)];
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void AlongRows(Planes from, Planes to, Resampling resampling)
    {
        using var filter = new Filter(from.Width, to.Width, resampling);
        for (int c = 0; c < to.Channels; c++)
        {
            for (int y = 0; y < to.Height; y++)
            {
                ReadOnlySpan<byte> source = from.Row(c, y);
                Span<byte> target = to.Row(c, y);
                for (int x = 0; x < target.Length; x++)
                {
                    ReadOnlySpan<int> weights = filter.Weights(x, out int first);
                    ReadOnlySpan<byte> pixels = source.Slice(first, weights.Length);
                    int sum = 1 << (FractionBits - 1);
                    for (int i = 0; i < pixels.Length; i++)
                    {
                        sum += pixels[i] * weights[i];
                    }

                    target[x] = (byte)Math.Clamp(sum >> FractionBits, 0, 255);
                }
            }
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void AlongColumns(Planes from, Planes to, Resampling resampling)
    {
        using var filter = new Filter(from.Height, to.Height, resampling);
        int[] sums = ArrayPool<int>.Shared.Rent(to.Width);
        Span<int> sum = sums.AsSpan(0, to.Width);
        for (int c = 0; c < to.Channels; c++)
        {
            for (int y = 0; y < to.Height; y++)
            {
                ReadOnlySpan<int> weights = filter.Weights(y, out int first);
                sum.Fill(1 << (FractionBits - 1));
                for (int i = 0; i < weights.Length; i++)
                {
                    AddRow(sum, from.Row(c, first + i), weights[i]);
                }

                Span<byte> target = to.Row(c, y);
                for (int x = 0; x < target.Length; x++)
                {
                    target[x] = (byte)Math.Clamp(sum[x] >> FractionBits, 0, 255);
                }
            }
        }

        ArrayPool<int>.Shared.Return(sums);
    }

    [MethodImpl(Jit.Hot)]
    private static void AddRow(Span<int> sum, ReadOnlySpan<byte> row, int weight)
    {
        int x = 0, lanes = Vector<int>.Count;
        for (; x <= row.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> x0, out Vector<uint> x1);
            Vector.Widen(high, out Vector<uint> x2, out Vector<uint> x3);
            Add(sum[x..], x0);
            Add(sum[(x + lanes)..], x1);
            Add(sum[(x + (2 * lanes))..], x2);
            Add(sum[(x + (3 * lanes))..], x3);
        }

        for (; x < row.Length; x++)
        {
            sum[x] += row[x] * weight;
        }

        void Add(Span<int> to, Vector<uint> pixels) => (new Vector<int>(to) + (pixels.As<uint, int>() * weight)).CopyTo(to);
    }

    /// <summary>For each pixel of the result the pixels that it is made of, and their weights.</summary>
    private readonly ref struct Filter
    {
        private readonly int[] _weights, _spans;
        private readonly int _most;

        public Filter(int inSize, int outSize, Resampling resampling)
        {
            double scale = (double)inSize / outSize, filterScale = Math.Max(1, scale);
            double support = (resampling == Resampling.Bicubic ? 2 : 1) * filterScale;
            _most = ((int)Math.Ceiling(support) * 2) + 1;
            _weights = ArrayPool<int>.Shared.Rent(outSize * _most);
            _spans = ArrayPool<int>.Shared.Rent(outSize * 2);
            double[] rented = ArrayPool<double>.Shared.Rent(_most);
            for (int at = 0; at < outSize; at++)
            {
                double center = (at + 0.5) * scale, sum = 0;
                int first = Math.Max(0, (int)(center - support + 0.5));
                int count = Math.Min(inSize, (int)(center + support + 0.5)) - first;
                Span<double> weights = rented.AsSpan(0, count);
                for (int i = 0; i < count; i++)
                {
                    double distance = Math.Abs((i + first - center + 0.5) / filterScale);
                    weights[i] = resampling == Resampling.Bicubic ? Cubic(distance) : Math.Max(0, 1 - distance);
                    sum += weights[i];
                }

                for (int i = 0; i < count; i++)
                {
                    double exact = weights[i] / sum * (1 << FractionBits);
                    _weights[(at * _most) + i] = (int)(exact + Math.CopySign(0.5, exact));
                }

                (_spans[2 * at], _spans[(2 * at) + 1]) = (first, count);
            }

            ArrayPool<double>.Shared.Return(rented);
        }

        public ReadOnlySpan<int> Weights(int at, out int first)
        {
            first = _spans[2 * at];
            return _weights.AsSpan(at * _most, _spans[(2 * at) + 1]);
        }

        public void Dispose()
        {
            ArrayPool<int>.Shared.Return(_weights);
            ArrayPool<int>.Shared.Return(_spans);
        }

        // Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981.
        private static double Cubic(double x)
        {
            const double a = -0.5;
            return x < 1 ? ((((a + 2) * x) - (a + 3)) * x * x) + 1
                : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * a
                : 0;
        }
    }
}
