using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent;

/// <summary>One tensor of a safetensors file: element type, shape, and little-endian bytes with the last axis innermost.</summary>
/// <param name="DType">
/// As the format spells it: <c>F64 F32 F16 BF16 I64 I32 I16 I8 U64 U32 U16 U8 BOOL C64</c>, and the 4, 6 and 8-bit floats.
/// </param>
/// <param name="Shape">Empty for a single number; a size may be 0.</param>
/// <param name="Bytes">As many as shape and type ask for.</param>
public sealed record SafetensorsTensor(string DType, IReadOnlyList<long> Shape, byte[] Bytes)
{
    /// <summary>Bits per element of every type of the format.</summary>
    internal static FrozenDictionary<string, int> Bits { get; } = new Dictionary<string, int>
    {
        ["F4"] = 4, ["F6_E2M3"] = 6, ["F6_E3M2"] = 6,
        ["F8_E4M3"] = 8, ["F8_E5M2"] = 8, ["F8_E8M0"] = 8, ["F8_E4M3FNUZ"] = 8, ["F8_E5M2FNUZ"] = 8,
        ["BOOL"] = 8, ["U8"] = 8, ["I8"] = 8, ["I16"] = 16, ["U16"] = 16, ["F16"] = 16, ["BF16"] = 16,
        ["I32"] = 32, ["U32"] = 32, ["F32"] = 32, ["C64"] = 64, ["F64"] = 64, ["I64"] = 64, ["U64"] = 64,
    }.ToFrozenDictionary();

    /// <summary>A tensor of the given values, copied.</summary>
    /// <typeparam name="T">float, double, Half, bool, or an integer of 8 to 64 bits.</typeparam>
    /// <exception cref="NotSupportedException">The format has no such element type.</exception>
    public static SafetensorsTensor Of<T>(IReadOnlyList<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged => new(NameOf<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The values, when they are of type <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidCastException">They are of another type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged => NameOf<T>() == DType
            ? MemoryMarshal.Cast<byte, T>(Bytes).ToArray()
            : throw new InvalidCastException($"The tensor holds {DType}, not {NameOf<T>()}.");

    /// <summary>The values in single precision, from any of F64, F32, F16 and BF16; F64 is rounded, the others are exact.</summary>
    /// <exception cref="InvalidCastException">The tensor holds no floating-point numbers.</exception>
    public float[] ToSingles() => DType switch
    {
        "F32" => ToArray<float>(),
        "F64" => Array.ConvertAll(ToArray<double>(), value => (float)value),
        "F16" => Array.ConvertAll(ToArray<Half>(), value => (float)value),
        // The upper half of a single.
        "BF16" => Array.ConvertAll(
            MemoryMarshal.Cast<byte, ushort>(Bytes).ToArray(), value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
        _ => throw new InvalidCastException($"The tensor holds {DType}, which is no floating-point type that singles can be read from."),
    };

    /// <summary>Bytes that a tensor takes, or null when they overflow or are no whole number.</summary>
    internal static long? BytesOf(string dtype, IReadOnlyList<long> shape)
    {
        UInt128 bits = (UInt128)Bits[dtype];
        foreach (long size in shape)
        {
            bits *= (ulong)size;
            if (bits > long.MaxValue)
            {
                // A later size of 0 cannot mend it: what is multiplied must fit at every step, as in the reference implementation.
                return null;
            }
        }

        return bits % 8 == 0 ? (long)(bits / 8) : null;
    }

    private static string NameOf<T>()
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("safetensors holds little-endian numbers; this machine is big-endian.");
        }

        return Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Single => "F32",
            TypeCode.Double => "F64",
            TypeCode.Boolean => "BOOL",
            TypeCode.Byte => "U8",
            TypeCode.SByte => "I8",
            TypeCode.Int16 => "I16",
            TypeCode.UInt16 => "U16",
            TypeCode.Int32 => "I32",
            TypeCode.UInt32 => "U32",
            TypeCode.Int64 => "I64",
            TypeCode.UInt64 => "U64",
            _ when typeof(T) == typeof(Half) => "F16",
            _ => throw new NotSupportedException($"safetensors has no element type for {typeof(T).Name}."),
        };
    }
}
