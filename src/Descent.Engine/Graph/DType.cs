namespace Descent;

/// <summary>The element type of a tensor.</summary>
/// <remarks>
/// <see cref="F32"/> is the type that networks work in. Arithmetic on <see cref="F64"/> runs on the reference kernels: exact to compare with,
/// slow to train with. Integers and booleans serve labels, indices and masks; their arithmetic is exact and wraps around at the ends of the
/// type. Beside a float they are rounded to it first.
/// </remarks>
public enum DType : byte
{
    /// <summary>True or false, one byte.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer: pixels.</summary>
    U8,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>IEEE double precision.</summary>
    F64,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes per element.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Bool or DType.U8 => 1,
        DType.I32 or DType.F32 => 4,
        _ => 8,
    };

    /// <summary>True for <see cref="DType.F32"/> and <see cref="DType.F64"/>: the types that have gradients.</summary>
    public static bool IsFloat(this DType type) => type >= DType.F32;

    /// <summary>The type of a result of two operands: the wider in the order bool, u8, i32, i64, f32, f64.</summary>
    public static DType Promote(DType a, DType b) => a > b ? a : b;

    /// <summary>The name used in messages and files: <c>f32</c>.</summary>
    public static string Name(this DType type) => type switch
    {
        DType.Bool => "bool",
        DType.U8 => "u8",
        DType.I32 => "i32",
        DType.I64 => "i64",
        DType.F32 => "f32",
        _ => "f64",
    };

    /// <summary>The element type of a C# type.</summary>
    /// <exception cref="ArgumentException">T is not bool, byte, int, long, float or double.</exception>
    public static DType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.F32
        : typeof(T) == typeof(double) ? DType.F64
        : typeof(T) == typeof(int) ? DType.I32
        : typeof(T) == typeof(long) ? DType.I64
        : typeof(T) == typeof(byte) ? DType.U8
        : typeof(T) == typeof(bool) ? DType.Bool
        : throw new ArgumentException($"A tensor cannot hold {typeof(T).Name}: use bool, byte, int, long, float or double.");
}
