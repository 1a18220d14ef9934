using System.Numerics;

namespace Descent;

/// <summary>Work that is written once and runs for the C# type of any element type.</summary>
internal interface IForElementType<TResult>
{
    TResult Of<T>()
        where T : unmanaged, INumber<T>;
}

/// <summary>From element types to C# types.</summary>
internal static class ElementTypes
{
    /// <summary>The work for the C# type of the elements; a bool is a byte of 0 or 1.</summary>
    public static TResult For<TWork, TResult>(DType type, TWork work)
        where TWork : struct, IForElementType<TResult> => type switch
        {
            DType.Bool or DType.U8 => work.Of<byte>(),
            DType.I32 => work.Of<int>(),
            DType.I64 => work.Of<long>(),
            DType.F32 => work.Of<float>(),
            _ => work.Of<double>(),
        };
}
