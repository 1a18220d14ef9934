using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class MicrokernelTests
{
    private const float Untouched = 77;

    public static TheoryData<AMode, int> Families => new()
    {
        { AMode.Row, 1 },
        { AMode.Row, 2 },
        { AMode.Row, 4 },
        { AMode.Column, 1 },
        { AMode.Column, 2 },
        { AMode.Column, 4 },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_size_is_the_chain_of_multiply_adds_bit_for_bit(AMode mode, int vectors)
    {
        for (int rows = 1; rows <= Microkernel.MaxRows(vectors); rows++)
        {
            foreach (int columns in ColumnsOf(vectors))
            {
                foreach ((int k, int segments) in ((int, int)[])[(0, 1), (1, 1), (17, 1), (5, 3)])
                {
                    Check<NoEpilogue>(Epilogue.None, mode, rows, vectors, columns, k, segments, accumulate: false);
                    Check<NoEpilogue>(Epilogue.None, mode, rows, vectors, columns, k, segments, accumulate: true);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Epilogues_apply_their_formula_in_order(AMode mode, int vectors)
    {
        foreach (int rows in (int[])[1, 2, Microkernel.MaxRows(vectors)])
        {
            foreach (int columns in ColumnsOf(vectors))
            {
                foreach (bool accumulate in (bool[])[false, true])
                {
                    Check<BiasEpilogue>(Epilogue.Bias, mode, rows, vectors, columns, 7, 1, accumulate);
                    Check<BiasReluEpilogue>(Epilogue.BiasRelu, mode, rows, vectors, columns, 7, 1, accumulate);
                    Check<ScaleShiftEpilogue>(Epilogue.ScaleShift, mode, rows, vectors, columns, 7, 1, accumulate);
                    Check<ScaleShiftReluEpilogue>(Epilogue.ScaleShiftRelu, mode, rows, vectors, columns, 7, 2, accumulate);
                    Check<ResidualEpilogue>(Epilogue.Residual, mode, rows, vectors, columns, 7, 1, accumulate);
                    Check<ResidualReluEpilogue>(Epilogue.ResidualRelu, mode, rows, vectors, columns, 7, 1, accumulate);
                    Check<ReluMaskEpilogue>(Epilogue.ReluMask, mode, rows, vectors, columns, 7, 1, accumulate);
                }
            }
        }
    }

    [Fact]
    public void Rectifier_keeps_NaN()
    {
        float a = float.NaN, b = 1, c = 0, bias = 0;
        var args = new MicroArgs { A = &a, Lda = 1, B = &b, Ldb = 1, C = &c, Ldc = 1, K = 1, Segments = 1, Columns = 1, Shift = &bias };
        Microkernel.Get(Epilogue.BiasRelu, AMode.Row, 1, 1)(&args);
        Assert.True(float.IsNaN(c));
    }

    /// <summary>A first column, a partly filled and a full last vector.</summary>
    private static int[] ColumnsOf(int vectors)
    {
        int width = Microkernel.Width, before = (vectors - 1) * width;
        return [before + 1, before + width / 2 + 1, before + width];
    }

    private static void Check<E>(Epilogue epilogue, AMode mode, int rows, int vectors, int columns, int k, int segments, bool accumulate)
        where E : struct, IEpilogue
    {
        int lda = mode == AMode.Row ? k * segments + 3 : rows + 3, ldb = columns + 1, ldc = columns + 2, ldo = columns + 1;
        int aSegment = mode == AMode.Row ? k : k * lda, bSegment = k * ldb;
        int aLength = k == 0 ? 0 : mode == AMode.Row ? (rows - 1) * lda + k * segments : (k * segments - 1) * lda + rows;
        using var a = new GuardedBuffer(aLength).Randomise(1);
        using var b = new GuardedBuffer(k == 0 ? 0 : (k * segments - 1) * ldb + columns).Randomise(2);
        using var c = new GuardedBuffer((rows - 1) * ldc + columns).Randomise(3);
        using var scale = new GuardedBuffer(columns).Randomise(4);
        using var shift = new GuardedBuffer(columns).Randomise(5);
        using var other = new GuardedBuffer((rows - 1) * ldo + columns).Randomise(6);
        for (int i = 0; i < c.Length; i++)
        {
            c.Span[i] = i % ldc >= columns ? Untouched : accumulate ? c.Span[i] : float.NaN;
        }

        float[] expected = c.Span.ToArray();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float sum = accumulate ? expected[i * ldc + j] : 0;
                for (int p = 0; p < k * segments; p++)
                {
                    sum = MultiplyAdd(mode == AMode.Row ? a.Span[i * lda + p] : a.Span[p * lda + i], b.Span[p * ldb + j], sum);
                }

                expected[i * ldc + j] = Finish<E>(sum, scale.Span[j], shift.Span[j], other.Span[i * ldo + j]);
            }
        }

        var args = new MicroArgs
        {
            A = a.Pointer,
            Lda = lda,
            ASegment = aSegment,
            B = b.Pointer,
            Ldb = ldb,
            BSegment = bSegment,
            C = c.Pointer,
            Ldc = ldc,
            K = k,
            Segments = segments,
            Columns = columns,
            Accumulate = accumulate,
            Scale = E.Scales ? scale.Pointer : null,
            Shift = E.Scales || E.Shifts ? shift.Pointer : null,
            Other = E.AddsOther || E.Gates ? other.Pointer : null,
            Ldo = ldo,
        };
        Microkernel.Get(epilogue, mode, rows, vectors)(&args);
        Assert.True(
            c.Span.SequenceEqual(expected),
            $"{epilogue} {mode} {rows}x{vectors}, {columns} columns, k {segments}x{k}, accumulate {accumulate}, {Microkernel.Tier}");
    }

    private static float Finish<E>(float value, float scale, float shift, float other)
        where E : struct, IEpilogue
    {
        value = E.Scales ? MultiplyAdd(value, scale, shift) : E.Shifts ? value + shift : value;
        value = E.AddsOther ? value + other : value;
        value = E.Rectifies ? Math.Max(value, 0) : value;
        return E.Gates && !(other > 0) ? 0 : value;
    }

    /// <summary>Rounded as the running tier rounds.</summary>
    private static float MultiplyAdd(float a, float b, float c) =>
        Microkernel.Tier != MicroTier.Portable || Fma.IsSupported || AdvSimd.IsSupported ? MathF.FusedMultiplyAdd(a, b, c) : a * b + c;
}
