namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class GemmPlanTests
{
    /// <summary>
    /// Rounding of a chain of k products of values in [-1, 1): half a unit in the last place of a sum that stays below about √k, k times,
    /// in the worst case; four times the expected size.
    /// </summary>
    private static double Tolerance(int k) => 2e-7 * (k + 4);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Random_shapes_agree_with_the_definition(bool transposeA, bool transposeB)
    {
        var random = new Random(7);
        for (int trial = 0; trial < SimdTiers.Samples(150); trial++)
        {
            int m = random.Next(1, 71), n = random.Next(1, 71), k = random.Next(0, 71), batch = random.Next(4) == 0 ? 3 : 1;
            Check(new GemmShape(m, n, k)
            {
                TransposeA = transposeA,
                TransposeB = transposeB,
                Lda = (transposeA ? m : k) + random.Next(3),
                Ldb = (transposeB ? k : n) + random.Next(3),
                Ldc = n + random.Next(3),
                Ldo = n + random.Next(3),
                Batch = batch,
                Accumulate = random.Next(3) == 0,
                Epilogue = (Epilogue)random.Next(8),
            });
        }
    }

    public static TheoryData<int, int, int> LargerShapes => new()
    {
        { 129, 261, 1031 }, // two passes over k
        { 385, 1024, 64 }, // packed for its stride
        { 66, 256, 777 }, // read in place for all its stride, two passes over k
        { 193, 777, 787 }, // packed for its size, several blocks
        { 200, 7, 333 },
        { 1, 500, 300 },
        { 2, 111, 300 }, // four vectors, then two and one
        { 33, 257, 1024 }, // A packed for its stride
        { 1024, 273, 300 }, // likewise, transposed
        { 500, 1, 300 },
        { 9, 9, 20_011 }, // k in chunks
        { 33, 40, 6_007 },
        { 1, 1, 5_000 },
    };

    [Theory]
    [MemberData(nameof(LargerShapes))]
    public void Larger_odd_shapes_agree_with_the_definition(int m, int n, int k)
    {
        Assert.SkipWhen(SimdTiers.Current == SimdTier.Software, "Without hardware vectors this takes minutes.");
        foreach ((bool transposeA, bool transposeB) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
        {
            Check(new GemmShape(m, n, k) { TransposeA = transposeA, TransposeB = transposeB });
        }

        Check(new GemmShape(m, n, k) { Accumulate = true, Epilogue = Epilogue.BiasRelu });
    }

    [Fact]
    public void Long_k_with_few_tiles_is_cut_in_chunks()
    {
        Assert.True(new GemmPlan(new GemmShape(9, 9, 20_011)).CombineUnits > 0);
        Assert.Equal(0, new GemmPlan(new GemmShape(512, 512, 20_011)).CombineUnits);
        Check(new GemmShape(9, 9, 20_011) { Batch = 2, Accumulate = true, Epilogue = Epilogue.ResidualRelu });
    }

    [Fact]
    public void Few_rows_times_a_transposed_matrix_agree_with_the_definition()
    {
        for (int m = 1; m <= 13; m++)
        {
            for (int n = 1; n <= 9; n++)
            {
                Check(new GemmShape(m, n, 64 + 3 * m + n)
                {
                    TransposeB = true,
                    Ldb = 120,
                    Ldc = n + 1,
                    Accumulate = n % 2 == 0,
                    Epilogue = (Epilogue)(m % 8),
                });
            }
        }
    }

    [Theory]
    [InlineData(37, 11, 300)]
    [InlineData(129, 13, 70)]
    [InlineData(40, 23, 2_300)]
    [InlineData(128, 130, 1_100)]
    public void Some_rows_or_few_columns_times_a_transposed_matrix_are_read_in_place_in_passes_over_k(int m, int n, int k)
    {
        var shape = new GemmShape(m, n, k) { TransposeB = true, Batch = 2, Epilogue = Epilogue.BiasRelu };
        Assert.Equal(0, new GemmPlan(shape).PackUnits);
        Check(shape);
        Check(shape with { Ldb = k + 3, Ldc = n + 1, Accumulate = true });
    }

    [Fact]
    public void A_matrix_that_is_kept_is_packed_where_one_product_would_not_pay_for_it()
    {
        var shape = new GemmShape(64, 256, 784) { TransposeB = true };
        Assert.Equal(0, new GemmPlan(shape).PackBUnits);
        Assert.True(new GemmPlan(shape with { KeepsB = true }).PackBUnits > 0);
        Check(shape with { KeepsB = true });
    }

    [Fact]
    public void One_matrix_serves_the_whole_batch_where_its_stride_is_zero()
    {
        Check(new GemmShape(5, 21, 13) { Batch = 3, TransposeB = true }, shareB: true);
        Check(new GemmShape(5, 21, 13) { Batch = 3 }, shareB: true);
    }

    [Theory]
    [InlineData(64, 100, 1000, false, false)]
    [InlineData(300, 900, 700, false, false)]
    [InlineData(65, 64, 65, false, true)]
    [InlineData(13, 90, 700, false, true)]
    [InlineData(300, 260, 1024, false, false)]
    [InlineData(9, 9, 20_011, false, false)]
    [InlineData(700, 3, 200, true, false)]
    public void Any_split_and_order_of_units_gives_the_same_bits(int m, int n, int k, bool transposeA, bool transposeB)
    {
        var plan = new GemmPlan(new GemmShape(m, n, k) { TransposeA = transposeA, TransposeB = transposeB, Epilogue = Epilogue.Bias, Batch = 1 });
        using var operands = new Operands(plan.Shape, shareB: false);
        using var workspace = new GuardedBuffer((int)plan.WorkspaceFloats);
        GemmOperands pointers = operands.Pointers;
        plan.RunAll(pointers, workspace.Pointer);
        float[] expected = operands.C.Span.ToArray();
        var random = new Random(3);
        for (int trial = 0; trial < 3; trial++)
        {
            operands.C.Span.Fill(float.NaN);
            workspace.Span.Fill(float.NaN);
            foreach (int unit in Shuffled(plan.PackUnits, random))
            {
                plan.RunPack(unit, unit + 1, pointers, workspace.Pointer);
            }

            foreach (int unit in Shuffled(plan.Units, random))
            {
                plan.Run(unit, unit + 1, pointers, workspace.Pointer);
            }

            foreach (int unit in Shuffled(plan.CombineUnits, random))
            {
                plan.RunCombine(unit, unit + 1, pointers, workspace.Pointer);
            }

            Assert.True(operands.C.Span.SequenceEqual(expected));
        }
    }

    [Fact]
    public void An_element_does_not_depend_on_where_its_row_stands()
    {
        // The same row of A, alone and at every place of a taller A: tiles of other heights, the same chain of roundings.
        using var a = new GuardedBuffer(61 * 37);
        using var b = new GuardedBuffer(37 * 45).Randomise(2);
        using var row = new GuardedBuffer(37).Randomise(1);
        using var alone = new GuardedBuffer(45);
        using var c = new GuardedBuffer(61 * 45);
        for (int i = 0; i < 61; i++)
        {
            row.Span.CopyTo(a.Span[(i * 37)..]);
        }

        new GemmPlan(new GemmShape(1, 45, 37)).RunAll(new GemmOperands { A = row.Pointer, B = b.Pointer, C = alone.Pointer }, null);
        new GemmPlan(new GemmShape(61, 45, 37)).RunAll(new GemmOperands { A = a.Pointer, B = b.Pointer, C = c.Pointer }, null);
        for (int i = 0; i < 61; i++)
        {
            Assert.True(alone.Span.SequenceEqual(c.Span.Slice(i * 45, 45)));
        }
    }

    [Fact]
    public void Few_columns_of_a_transposed_matrix_are_the_chain_that_rows_of_it_are()
    {
        // 70 rows and 3 columns go through the transposed product, the same rows by sevens do not.
        const int M = 70, N = 3, K = 41, Few = 7;
        using var a = new GuardedBuffer(M * K).Randomise(1);
        using var b = new GuardedBuffer(K * N).Randomise(2);
        using var c = new GuardedBuffer(M * N);
        using var few = new GuardedBuffer(Few * N);
        var plan = new GemmPlan(new GemmShape(M, N, K) { TransposeA = true });
        Assert.True(plan.CombineUnits > 0);
        Assert.Equal(0, new GemmPlan(plan.Shape with { TransposeB = true, Ldb = K }).PackBUnits);
        using var workspace = new GuardedBuffer((int)plan.WorkspaceFloats);
        plan.RunAll(new GemmOperands { A = a.Pointer, B = b.Pointer, C = c.Pointer }, workspace.Pointer);
        var part = new GemmPlan(new GemmShape(Few, N, K) { TransposeA = true, Lda = M });
        Assert.Equal(0, part.CombineUnits);
        for (int row = 0; row < M; row += Few)
        {
            part.RunAll(new GemmOperands { A = a.Pointer + row, B = b.Pointer, C = few.Pointer }, null);
            Assert.True(few.Span.SequenceEqual(c.Span.Slice(row * N, Few * N)));
        }
    }

    [Fact]
    public void Empty_sizes_do_nothing_and_empty_k_gives_zero()
    {
        foreach (GemmShape shape in (GemmShape[])[new(0, 5, 3), new(5, 0, 3), new(5, 5, 3) { Batch = 0 }])
        {
            var plan = new GemmPlan(shape);
            Assert.Equal((0, 0, 0), (plan.PackUnits, plan.Units, plan.CombineUnits));
            plan.RunAll(default, null);
        }

        Check(new GemmShape(5, 5, 0));
        Check(new GemmShape(5, 5, 0) { TransposeB = true, Accumulate = true });
    }

    [Fact]
    public void Overlapping_rows_are_refused()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new GemmPlan(new GemmShape(4, 5, 6) { Lda = 5 }));
        Assert.Contains("gemm: Lda is 5 but a row has 6 elements.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GemmPlan(new GemmShape(-1, 5, 6)));
    }

    private static int[] Shuffled(int count, Random random)
    {
        int[] units = [.. Enumerable.Range(0, count)];
        random.Shuffle(units);
        return units;
    }

    private static void Check(GemmShape shape, bool shareB = false)
    {
        var strides = new GemmPlan(shape).Shape;
        using var operands = new Operands(strides, shareB);
        var plan = new GemmPlan(operands.Shape);
        using var workspace = new GuardedBuffer((int)plan.WorkspaceFloats);
        workspace.Span.Fill(float.NaN);
        float[] before = operands.C.Span.ToArray(), expected = operands.C.Span.ToArray();
        GemmReference.Run<float>(
            operands.Shape, operands.A.Span, operands.B.Span, expected, operands.Scale.Span, operands.Shift.Span, operands.Other.Span);
        plan.RunAll(operands.Pointers, workspace.Pointer);
        for (int i = 0; i < expected.Length; i++)
        {
            float actual = operands.C.Span[i];
            bool inside = i % (int)strides.Ldc < shape.N;
            double error = Math.Abs(actual - (double)expected[i]);
            Assert.True(
                inside ? error <= Tolerance(shape.K) : actual.Equals(before[i]),
                $"{operands.Shape} at {i}: {actual}, expected {expected[i]}");
        }
    }

    /// <summary>Random operands of exactly the length that a shape needs; C holds NaN where it must not be read.</summary>
    private sealed class Operands : IDisposable
    {
        public Operands(GemmShape s, bool shareB)
        {
            int a = Length(s.TransposeA ? s.K : s.M, s.TransposeA ? s.M : s.K, s.Lda);
            int b = Length(s.TransposeB ? s.N : s.K, s.TransposeB ? s.K : s.N, s.Ldb);
            int c = Length(s.M, s.N, s.Ldc), other = Length(s.M, s.N, s.Ldo);
            Shape = s with { BatchA = a, BatchB = shareB ? 0 : b, BatchC = (int)s.Ldc * s.M, BatchOther = other };
            A = new GuardedBuffer(a * s.Batch).Randomise(1);
            B = new GuardedBuffer(shareB ? b : b * s.Batch).Randomise(2);
            C = new GuardedBuffer((s.Batch - 1) * (int)Shape.BatchC + c).Randomise(3);
            Scale = new GuardedBuffer(s.N).Randomise(4);
            Shift = new GuardedBuffer(s.N).Randomise(5);
            Other = new GuardedBuffer(other * s.Batch).Randomise(6);
            if (!s.Accumulate)
            {
                C.Span.Fill(float.NaN);
            }
        }

        public GemmShape Shape { get; }

        public GuardedBuffer A { get; }

        public GuardedBuffer B { get; }

        public GuardedBuffer C { get; }

        public GuardedBuffer Scale { get; }

        public GuardedBuffer Shift { get; }

        public GuardedBuffer Other { get; }

        public GemmOperands Pointers => new()
        {
            A = A.Pointer,
            B = B.Pointer,
            C = C.Pointer,
            Scale = Scale.Pointer,
            Shift = Shift.Pointer,
            Other = Other.Pointer,
        };

        public void Dispose()
        {
            foreach (GuardedBuffer part in (GuardedBuffer[])[A, B, C, Scale, Shift, Other])
            {
                part.Dispose();
            }
        }

        private static int Length(int rows, int row, nint stride) => rows == 0 || row == 0 ? 0 : (rows - 1) * (int)stride + row;
    }
}
