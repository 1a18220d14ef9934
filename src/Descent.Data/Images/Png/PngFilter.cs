using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Kernels;

namespace Descent;

/// <summary>The five filters of PNG rows (ISO/IEC 15948, clause 9): a byte less a prediction of it from left, above and above left.</summary>
internal static class PngFilter
{
    public const int None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4, Count = 5;

    /// <summary>How far before a filtered row its restored one may begin in the same memory: vectors write beyond what they have read.</summary>
    public const int Lead = 16;

    /// <summary>Restores a row.</summary>
    /// <param name="filter">One of the five.</param>
    /// <param name="filtered">The row as it is stored, without its filter byte.</param>
    /// <param name="above">The restored row above; empty for the first, above which zeros count.</param>
    /// <param name="row">The result, of the same length, in other memory or at least <see cref="Lead"/> bytes before <paramref name="filtered"/>.</param>
    /// <param name="distance">Bytes of a pixel.</param>
    [MethodImpl(Jit.Hot)]
    public static void Undo(int filter, ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row, int distance)
    {
        if (above.IsEmpty)
        {
            // Of zeros above, Up adds nothing, and the nearest of left, 0 and 0 to left is left.
            filter = filter switch { Up => None, Paeth => Sub, _ => filter };
        }

        switch (filter)
        {
            case None:
                filtered.CopyTo(row);
                break;
            case Sub:
                UndoSub(filtered, row, distance);
                break;
            case Up:
                UndoUp(filtered, above, row);
                break;
            case Average:
                UndoAverage(filtered, above, row, distance);
                break;
            default:
                UndoPaeth(filtered, above, row, distance);
                break;
        }
    }

    /// <summary>Filters a row for storing.</summary>
    /// <param name="filter">One of the five.</param>
    /// <param name="row">The bytes of the row, behind as many zeros as a pixel has bytes.</param>
    /// <param name="above">Those of the row above, likewise; zeros for the first.</param>
    /// <param name="filtered">The result, without the zeros.</param>
    /// <returns>The sum of the result's bytes, taken as signed, without signs: the smaller, the better it compresses, as a rule.</returns>
    [MethodImpl(Jit.Hot)]
    public static long Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> filtered)
    {
        int i = 0, distance = row.Length - filtered.Length;
        long sum = 0;
        for (; i + 16 <= filtered.Length; i += 16)
        {
            Vector128<byte> left = Vector128.Create<byte>(row[i..]), up = Vector128.Create<byte>(above[(i + distance)..]);
            Vector128<byte> prediction = filter switch
            {
                None => default,
                Sub => left,
                Up => up,
                Average => Half(left, up),
                _ => Nearest(left, up, Vector128.Create<byte>(above[i..])),
            };
            Vector128<byte> difference = Vector128.Create<byte>(row[(i + distance)..]) - prediction;
            difference.CopyTo(filtered[i..]);
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Min(difference, -difference));
            sum += Vector128.Sum(low + high);
        }

        for (; i < filtered.Length; i++)
        {
            int left = row[i], up = above[i + distance];
            int prediction = filter switch
            {
                None => 0,
                Sub => left,
                Up => up,
                Average => (left + up) >> 1,
                _ => Nearest(left, up, above[i]),
            };
            byte difference = (byte)(row[i + distance] - prediction);
            filtered[i] = difference;
            sum += Math.Min(difference, (byte)-difference);
        }

        return sum;
    }

    /// <summary>Sums along the row: within a vector in log₂ steps of shifted additions, then the last pixel before it added to all.</summary>
    private static void UndoSub(ReadOnlySpan<byte> filtered, Span<byte> row, int distance)
    {
        int i = distance switch
        {
            1 => UndoSub<Pixel1>(filtered, row),
            2 => UndoSub<Pixel2>(filtered, row),
            3 => UndoSub<Pixel3>(filtered, row),
            4 => UndoSub<Pixel4>(filtered, row),
            6 => UndoSub<Pixel6>(filtered, row),
            _ => UndoSub<Pixel8>(filtered, row),
        };
        for (; i < row.Length; i++)
        {
            row[i] = (byte)(filtered[i] + (i < distance ? 0 : row[i - distance]));
        }
    }

    [MethodImpl(Jit.Hot)]
    private static int UndoSub<P>(ReadOnlySpan<byte> filtered, Span<byte> row) where P : struct, IPixel
    {
        int i = 0, step = 16 - 16 % P.Bytes;
        Vector128<byte> last = default, lanes = Vector128<byte>.Indices;
        Vector128<byte> one = lanes - Vector128.Create((byte)P.Bytes), two = lanes - Vector128.Create((byte)(2 * P.Bytes));
        Vector128<byte> four = lanes - Vector128.Create((byte)(4 * P.Bytes)), eight = lanes - Vector128.Create((byte)(8 * P.Bytes));
        Vector128<byte> repeat = P.Repeat;
        for (; i + 16 <= row.Length; i += step)
        {
            // A lane whose index lies outside 0 to 15 becomes 0: what comes from before the vector.
            Vector128<byte> x = Vector128.Create<byte>(filtered[i..]);
            x += Vector128.Shuffle(x, one);
            if (2 * P.Bytes < step)
            {
                x += Vector128.Shuffle(x, two);
            }

            if (4 * P.Bytes < step)
            {
                x += Vector128.Shuffle(x, four);
            }

            if (8 * P.Bytes < step)
            {
                x += Vector128.Shuffle(x, eight);
            }

            x += last;
            x.CopyTo(row[i..]);
            last = Vector128.Shuffle(x, repeat);
        }

        return i;
    }

    [MethodImpl(Jit.Hot)]
    private static void UndoUp(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row)
    {
        int i = 0;
        for (; i + Vector<byte>.Count <= row.Length; i += Vector<byte>.Count)
        {
            (new Vector<byte>(filtered[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] = (byte)(filtered[i] + above[i]);
        }
    }

    private static void UndoAverage(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row, int distance)
    {
        int i = above.IsEmpty ? 0 : distance switch
        {
            1 => 0,
            2 => UndoAverage<Pixel2>(filtered, above, row),
            3 => UndoAverage<Pixel3>(filtered, above, row),
            4 => UndoAverage<Pixel4>(filtered, above, row),
            6 => UndoAverage<Pixel6>(filtered, above, row),
            _ => UndoAverage<Pixel8>(filtered, above, row),
        };
        for (; i < row.Length; i++)
        {
            row[i] = (byte)(filtered[i] + (((i < distance ? 0 : row[i - distance]) + (above.IsEmpty ? 0 : above[i])) >> 1));
        }
    }

    /// <summary>A pixel at a time, its bytes side by side.</summary>
    [MethodImpl(Jit.Hot)]
    private static int UndoAverage<P>(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row) where P : struct, IPixel
    {
        int i = 0;
        Vector128<byte> left = default;
        for (; i + P.Moved <= row.Length; i += P.Bytes)
        {
            Vector128<byte> up = Bytes(P.Load(above[i..]));
            left = Bytes(P.Load(filtered[i..])) + Half(left, up);
            P.Store(row[i..], left.AsUInt64().ToScalar());
        }

        return i;
    }

    private static void UndoPaeth(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row, int distance)
    {
        int i = distance switch
        {
            1 => UndoPaethOfBytes(filtered, above, row),
            2 => UndoPaeth<Pixel2>(filtered, above, row),
            3 => UndoPaeth<Pixel3>(filtered, above, row),
            4 => UndoPaeth<Pixel4>(filtered, above, row),
            6 => UndoPaeth<Pixel6>(filtered, above, row),
            _ => UndoPaeth<Pixel8>(filtered, above, row),
        };
        for (; i < row.Length; i++)
        {
            bool isFirst = i < distance;
            row[i] = (byte)(filtered[i] + Nearest(isFirst ? 0 : row[i - distance], above[i], isFirst ? 0 : above[i - distance]));
        }
    }

    [MethodImpl(Jit.Hot)]
    private static int UndoPaeth<P>(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row) where P : struct, IPixel
    {
        int i = 0;
        Vector128<short> left = default, aboveLeft = default, low = Vector128.Create((short)255);
        for (; i + P.Moved <= row.Length; i += P.Bytes)
        {
            Vector128<short> up = Vector128.WidenLower(Bytes(P.Load(above[i..]))).AsInt16();
            Vector128<short> x = Vector128.WidenLower(Bytes(P.Load(filtered[i..]))).AsInt16();
            left = (x + Nearest(left, up, aboveLeft)) & low;
            aboveLeft = up;
            P.Store(row[i..], Vector128.Narrow(left.AsUInt16(), left.AsUInt16()).AsUInt64().ToScalar());
        }

        return i;
    }

    [MethodImpl(Jit.Hot)]
    private static int UndoPaethOfBytes(ReadOnlySpan<byte> filtered, ReadOnlySpan<byte> above, Span<byte> row)
    {
        int left = 0, aboveLeft = 0;
        filtered = filtered[..row.Length];
        above = above[..row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int up = above[i];
            left = (byte)(filtered[i] + Nearest(left, up, aboveLeft));
            row[i] = (byte)left;
            aboveLeft = up;
        }

        return row.Length;
    }

    /// <summary>(x + y) / 2, rounded down, without a ninth bit.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<byte> Half(Vector128<byte> x, Vector128<byte> y) =>
        (x & y) + (((x ^ y).AsUInt64() >> 1).AsByte() & Vector128.Create((byte)0x7F));

    /// <summary>Which of the three is nearest to left + up − aboveLeft, in this order where two are.</summary>
    [MethodImpl(Jit.Inline)]
    private static Vector128<short> Nearest(Vector128<short> left, Vector128<short> up, Vector128<short> aboveLeft)
    {
        Vector128<short> fromLeft = up - aboveLeft, fromUp = left - aboveLeft, fromAboveLeft = Vector128.Abs(fromLeft + fromUp);
        fromLeft = Vector128.Abs(fromLeft);
        fromUp = Vector128.Abs(fromUp);
        Vector128<short> least = Vector128.Min(fromAboveLeft, Vector128.Min(fromLeft, fromUp));
        return Vector128.ConditionalSelect(
            Vector128.Equals(least, fromLeft), left, Vector128.ConditionalSelect(Vector128.Equals(least, fromUp), up, aboveLeft));
    }

    [MethodImpl(Jit.Inline)]
    private static Vector128<byte> Nearest(Vector128<byte> left, Vector128<byte> up, Vector128<byte> aboveLeft) => Vector128.Narrow(
        Nearest(Vector128.WidenLower(left).AsInt16(), Vector128.WidenLower(up).AsInt16(), Vector128.WidenLower(aboveLeft).AsInt16()).AsUInt16(),
        Nearest(Vector128.WidenUpper(left).AsInt16(), Vector128.WidenUpper(up).AsInt16(), Vector128.WidenUpper(aboveLeft).AsInt16()).AsUInt16());

    [MethodImpl(Jit.Inline)]
    private static int Nearest(int left, int up, int aboveLeft)
    {
        int fromLeft = Math.Abs(up - aboveLeft), fromUp = Math.Abs(left - aboveLeft), fromAboveLeft = Math.Abs(left + up - 2 * aboveLeft);
        int other = fromUp <= fromAboveLeft ? up : aboveLeft;
        return fromLeft <= Math.Min(fromUp, fromAboveLeft) ? left : other;
    }

    [MethodImpl(Jit.Inline)]
    private static Vector128<byte> Bytes(ulong pixel) => Vector128.CreateScalarUnsafe(pixel).AsByte();

    /// <summary>A pixel's size as a type, so that each loop is compiled for its own.</summary>
    private interface IPixel
    {
        static abstract int Bytes { get; }

        /// <summary>Bytes that <see cref="Load"/> and <see cref="Store"/> touch: those behind the pixel are written again by the next one.</summary>
        static abstract int Moved { get; }

        /// <summary>The lanes of the last whole pixel of a vector, over and over.</summary>
        static abstract Vector128<byte> Repeat { get; }

        static abstract ulong Load(ReadOnlySpan<byte> at);

        static abstract void Store(Span<byte> at, ulong pixel);
    }

    private readonly struct Pixel1 : IPixel
    {
        public static int Bytes => 1;

        public static int Moved => 1;

        public static Vector128<byte> Repeat => Vector128.Create((byte)15);

        public static ulong Load(ReadOnlySpan<byte> at) => at[0];

        public static void Store(Span<byte> at, ulong pixel) => at[0] = (byte)pixel;
    }

    private readonly struct Pixel2 : IPixel
    {
        public static int Bytes => 2;

        public static int Moved => 2;

        public static Vector128<byte> Repeat => Vector128.Create((ushort)0x0F0E).AsByte();

        public static ulong Load(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

        public static void Store(Span<byte> at, ulong pixel) => BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)pixel);
    }

    private readonly struct Pixel3 : IPixel
    {
        public static int Bytes => 3;

        public static int Moved => 4;

        public static Vector128<byte> Repeat => Vector128.Create((byte)12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12);

        public static ulong Load(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);

        public static void Store(Span<byte> at, ulong pixel) => BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)pixel);
    }

    private readonly struct Pixel4 : IPixel
    {
        public static int Bytes => 4;

        public static int Moved => 4;

        public static Vector128<byte> Repeat => Vector128.Create(0x0F0E_0D0Cu).AsByte();

        public static ulong Load(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);

        public static void Store(Span<byte> at, ulong pixel) => BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)pixel);
    }

    private readonly struct Pixel6 : IPixel
    {
        public static int Bytes => 6;

        public static int Moved => 8;

        public static Vector128<byte> Repeat => Vector128.Create((byte)6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10, 11, 6, 7, 8, 9);

        public static ulong Load(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt64LittleEndian(at);

        public static void Store(Span<byte> at, ulong pixel) => BinaryPrimitives.WriteUInt64LittleEndian(at, pixel);
    }

    private readonly struct Pixel8 : IPixel
    {
        public static int Bytes => 8;

        public static int Moved => 8;

        public static Vector128<byte> Repeat => Vector128.Create(0x0F0E_0D0C_0B0A_0908ul).AsByte();

        public static ulong Load(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt64LittleEndian(at);

        public static void Store(Span<byte> at, ulong pixel) => BinaryPrimitives.WriteUInt64LittleEndian(at, pixel);
    }
}
