using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Kernels;

namespace Descent;

/// <summary>Scales images with a separable filter, first along rows, then along columns.</summary>
/// <remarks>
/// The arithmetic of Pillow and of torchvision's antialiased scaling: weights of 22 fractional bits, sums of integers, bytes between the two
/// directions. A filter is as wide as its shape says in pixels of the smaller of the two images, so that shrinking averages.
/// </remarks>
internal static class Resampler
{
    private const int FractionBits = 32 - 8 - 2, Lanes = 8;

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
        // Whole vectors of pixels are read where a row has as many.
        int most = Filter.Most(from.Width, to.Width, resampling), whole = (most + Lanes - 1) / Lanes * Lanes;
        bool inVectors = Avx2.IsSupported && whole <= from.Width;
        using var filter = new Filter(from.Width, to.Width, resampling, inVectors ? Lanes : 1);
        for (int c = 0; c < to.Channels; c++)
        {
            int y = 0;
            for (; inVectors && y + 4 <= to.Height; y += 4)
            {
                AlongFourRows(from, to, c, y, filter);
            }

            for (; y < to.Height; y++)
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

    /// <summary>Four rows at a time, so that their sums over vectors are added up together.</summary>
    [MethodImpl(Jit.Hot)]
    private static void AlongFourRows(Planes from, Planes to, int channel, int y, in Filter filter)
    {
        ReadOnlySpan<byte> source0 = from.Row(channel, y), source1 = from.Row(channel, y + 1), source2 = from.Row(channel, y + 2), source3 = from.Row(channel, y + 3);
        Span<byte> target0 = to.Row(channel, y), target1 = to.Row(channel, y + 1), target2 = to.Row(channel, y + 2), target3 = to.Row(channel, y + 3);
        for (int x = 0; x < target0.Length; x++)
        {
            ReadOnlySpan<int> weights = filter.Weights(x, out int first);
            Vector256<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int i = 0; i < weights.Length; i += Lanes)
            {
                Vector256<int> weight = Vector256.Create(weights[i..]);
                sum0 += Pixels(source0, first + i) * weight;
                sum1 += Pixels(source1, first + i) * weight;
                sum2 += Pixels(source2, first + i) * weight;
                sum3 += Pixels(source3, first + i) * weight;
            }

            Vector256<int> halves = Avx2.HorizontalAdd(Avx2.HorizontalAdd(sum0, sum1), Avx2.HorizontalAdd(sum2, sum3));
            Vector128<int> sums = (halves.GetLower() + halves.GetUpper() + Vector128.Create(1 << (FractionBits - 1))) >> FractionBits;
            sums = Vector128.Clamp(sums, Vector128<int>.Zero, Vector128.Create(255));
            (target0[x], target1[x]) = ((byte)sums.GetElement(0), (byte)sums.GetElement(1));
            (target2[x], target3[x]) = ((byte)sums.GetElement(2), (byte)sums.GetElement(3));
        }

        static Vector256<int> Pixels(ReadOnlySpan<byte> row, int at) =>
            Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(BinaryPrimitives.ReadUInt64LittleEndian(row[at..])).AsByte());
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

        /// <param name="inSize">Pixels of a line.</param>
        /// <param name="outSize">Those of the result.</param>
        /// <param name="resampling">Bilinear or bicubic.</param>
        /// <param name="multiple">Pixels are taken in multiples of so many, those beyond the filter's with weight 0; a line has enough of them.</param>
        public Filter(int inSize, int outSize, Resampling resampling, int multiple = 1)
        {
            double scale = (double)inSize / outSize, filterScale = Math.Max(1, scale), support = Support(filterScale, resampling);
            _most = (Most(inSize, outSize, resampling) + multiple - 1) / multiple * multiple;
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

                int whole = (count + multiple - 1) / multiple * multiple, start = Math.Min(first, inSize - whole);
                Span<int> rounded = _weights.AsSpan(at * _most, whole);
                rounded.Clear();
                for (int i = 0; i < count; i++)
                {
                    double exact = weights[i] / sum * (1 << FractionBits);
                    rounded[first - start + i] = (int)(exact + Math.CopySign(0.5, exact));
                }

                (_spans[2 * at], _spans[(2 * at) + 1]) = (start, whole);
            }

            ArrayPool<double>.Shared.Return(rented);
        }

        /// <summary>Pixels that a pixel of the result is made of, at most.</summary>
        public static int Most(int inSize, int outSize, Resampling resampling) =>
            ((int)Math.Ceiling(Support(Math.Max(1, (double)inSize / outSize), resampling)) * 2) + 1;

        private static double Support(double filterScale, Resampling resampling) => (resampling == Resampling.Bicubic ? 2 : 1) * filterScale;

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
