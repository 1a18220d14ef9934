using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Descent;

/// <summary>A NumPy array of numbers, in C order.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Sizes">Length of each axis, the last innermost.</param>
/// <param name="Type">Kind and width as NumPy writes them: u1, i8, f4, b1 and the like.</param>
/// <param name="Bytes">The values, little-endian.</param>
/// <remarks>
/// Layout of a .npy: <c>\x93NUMPY</c>, two bytes of version, the length of the header, a header that looks like a dictionary of Python, the
/// values. Source: NumPy, "NEP 1: a simple file format for NumPy arrays".
/// </remarks>
internal sealed partial record NpyArray(string Name, int[] Sizes, string Type, byte[] Bytes)
{
    private const int MostHeaderBytes = 1 << 16;

    public int Count => Sizes.Aggregate(1, (product, size) => product * size);

    public int Width => Type[1] - '0';

    /// <summary>Reads an array, of which at most <paramref name="longest"/> bytes can be there.</summary>
    /// <exception cref="DataFormatException">It is damaged, or not of numbers.</exception>
    public static NpyArray Read(Stream content, string name, string file, long longest)
    {
        byte[] start = Take(8);
        if (start[0] != 0x93 || !start.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new DataFormatException(file, $"'{name}' is no NumPy array.");
        }

        int headerLength = start[6] switch
        {
            1 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
            2 or 3 => (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))),
            _ => throw new DataFormatException(file, $"'{name}' is written in version {start[6]}, versions 1 to 3 are read."),
        };
        string header = headerLength <= MostHeaderBytes ? Encoding.UTF8.GetString(Take(headerLength)) : "";
        Match match = Header().Match(header);
        if (!match.Success)
        {
            throw new DataFormatException(file, $"the header of '{name}' is damaged, or its values are not numbers: {header.Trim()}");
        }

        string order = match.Groups["order"].Value, type = match.Groups["type"].Value;
        if (order == ">" && type[1] != '1')
        {
            throw new DataFormatException(file, $"'{name}' is in big-endian order; save it as {name}.astype('<{type}').");
        }

        int[] sizes = [.. match.Groups["sizes"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : -1)];
        long bytes = type[1] - '0';
        foreach (int size in sizes)
        {
            bytes = size < 0 ? long.MaxValue : Math.Min(bytes * size, 1L << 40);
            if (bytes > Math.Min(longest, Array.MaxLength))
            {
                throw new DataFormatException(file,
                    $"'{name}' of sizes ({string.Join(", ", sizes)}) and type {type} is larger than what the file holds or one array takes.");
            }
        }

        byte[] values = Take((int)bytes);
        var array = new NpyArray(name, sizes, type, values);
        return match.Groups["fortran"].Value == "True" && sizes.Length > 1 ? array.InRowOrder() : array;

        byte[] Take(int count)
        {
            byte[] taken = GC.AllocateUninitializedArray<byte>(count);
            int read = content.ReadAtLeast(taken, count, throwOnEndOfStream: false);
            return read == count ? taken : throw new DataFormatException(file, $"'{name}' ends {count - read} bytes early; the file is cut off or damaged.");
        }
    }

    /// <summary>The values as they are where they are bytes.</summary>
    public bool AreBytes => Type is "u1" or "b1";

    /// <summary>True of whole numbers and truth values.</summary>
    public bool AreWhole => Type[0] is 'u' or 'i' or 'b';

    public double this[int index]
    {
        get
        {
            ReadOnlySpan<byte> value = Bytes.AsSpan(index * Width, Width);
            return Type switch
            {
                "u1" or "b1" => value[0],
                "i1" => (sbyte)value[0],
                "u2" => BinaryPrimitives.ReadUInt16LittleEndian(value),
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(value),
                "u4" => BinaryPrimitives.ReadUInt32LittleEndian(value),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(value),
                "u8" => BinaryPrimitives.ReadUInt64LittleEndian(value),
                "i8" => BinaryPrimitives.ReadInt64LittleEndian(value),
                "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(value),
                "f4" => BinaryPrimitives.ReadSingleLittleEndian(value),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(value),
            };
        }
    }

    public override string ToString() => $"{Name} ({string.Join(", ", Sizes)}) of {Type}";

    private NpyArray InRowOrder()
    {
        byte[] values = new byte[Bytes.Length];
        int[] index = new int[Sizes.Length];
        for (int from = 0; from < Count; from++)
        {
            int to = 0;
            for (int axis = 0; axis < Sizes.Length; axis++)
            {
                to = to * Sizes[axis] + index[axis];
            }

            Bytes.AsSpan(from * Width, Width).CopyTo(values.AsSpan(to * Width));
            for (int axis = 0; axis < Sizes.Length && ++index[axis] == Sizes[axis]; axis++)
            {
                index[axis] = 0;
            }
        }

        return this with { Bytes = values };
    }

    [GeneratedRegex(
        @"^\{\s*'descr'\s*:\s*'(?<order>[<>|=])(?<type>u[1248]|i[1248]|f[248]|b1)'\s*,\s*'fortran_order'\s*:\s*(?<fortran>True|False)\s*,"
        + @"\s*'shape'\s*:\s*\((?<sizes>[0-9, ]*)\)\s*,?\s*\}\s*$")]
    private static partial Regex Header();
}
