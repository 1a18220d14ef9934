namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class StridedCopyTests
{
    private const int Margin = 64;

    /// <summary>Shape of the result, and the order in which its axes lie in the source's memory.</summary>
    public static TheoryData<int[], int[]> Permutations => new()
    {
        { [], [] },
        { [1], [0] },
        { [257], [0] },
        { [0, 3], [1, 0] },
        { [3, 5], [1, 0] },
        { [16, 16], [1, 0] },
        { [64, 64], [1, 0] },
        { [17, 33], [1, 0] },
        { [100, 3], [1, 0] },
        { [3, 100], [1, 0] },
        { [1, 257], [1, 0] },
        { [129, 255], [1, 0] },
        { [5, 28, 28, 6], [0, 3, 1, 2] },
        { [5, 6, 28, 28], [0, 2, 3, 1] },
        { [3, 7, 9, 16], [0, 3, 1, 2] },
        { [4, 13, 5, 64], [0, 2, 1, 3] },
        { [3, 17, 19], [2, 1, 0] },
        { [3, 4, 5, 6], [3, 2, 1, 0] },
        { [2, 3, 2, 3, 2, 3, 2, 3], [7, 0, 6, 1, 5, 2, 4, 3] },
        { [40_000, 3], [0, 1] },
    };

    [Theory]
    [MemberData(nameof(Permutations))]
    public void Permute_equals_the_reference(int[] shape, int[] order)
    {
        // Strides of a source whose memory holds the axes in the given order.
        nint[] strides = new nint[shape.Length];
        nint stride = 1;
        foreach (int axis in order.Reverse())
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        CheckAllTypes(shape, strides, 0, Dense(shape), 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_layouts_equal_the_reference(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 100; round++)
        {
            int rank = random.Next(0, 6);
            int[] shape = new int[rank];
            for (int i = 0; i < rank; i++)
            {
                shape[i] = random.Next(12) == 0 ? random.Next(0, 2) : random.Next(1, rank <= 2 ? 90 : rank == 3 ? 20 : 7);
            }
            (nint[] source, nint sourceOffset) = RandomStrides(shape, random, expands: true);
            (nint[] destination, nint destinationOffset) = RandomStrides(shape, random, expands: false);
            CheckAllTypes(shape, source, sourceOffset, destination, destinationOffset);
        }
    }

    [Fact]
    public void A_flip_reads_backwards() => CheckAllTypes([5, 257], [257, -1], 256, [257, 1], 0);

    [Fact]
    public void A_source_of_one_element_fills() => CheckAllTypes([5, 70_001], [0, 0], 0, [70_001, 1], 0);

    [Fact]
    public void Padding_writes_the_inside_only() => CheckAllTypes([4, 3, 28, 28], [2352, 784, 28, 1], 0, [3072, 1024, 32, 1], 66);

    [Fact]
    public void Long_rows_are_cut_into_units()
    {
        var copy = new StridedCopy([100_000], [1], [1]);
        Assert.InRange(copy.Units, 4, 20);
        Assert.Equal(0, new StridedCopy([7, 0], [0, 1], [0, 1]).Units);
        CheckAllTypes([3, 50_001], [60_000, 1], 0, [50_001, 1], 0);
        CheckAllTypes([3, 50_001], [150_003, 3], 0, [50_001, 1], 0);
    }

    [Fact]
    public void Strides_that_do_not_match_the_shape_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new StridedCopy([2, 3], [1], [3, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StridedCopy(new int[9], new nint[9], new nint[9]));
    }

    /// <summary>Random order of the axes in memory, gaps between them, steps, flips and (for sources) repeats.</summary>
    private static (nint[] Strides, nint Offset) RandomStrides(int[] shape, Random random, bool expands)
    {
        int[] order = [.. Enumerable.Range(0, shape.Length)];
        random.Shuffle(order);
        nint[] strides = new nint[shape.Length];
        nint stride = random.Next(4) == 0 ? 2 : 1, offset = 0;
        foreach (int axis in order)
        {
            bool flips = random.Next(5) == 0, repeats = expands && random.Next(6) == 0;
            strides[axis] = repeats ? 0 : flips ? -stride : stride;
            offset += flips && !repeats ? stride * Math.Max(0, shape[axis] - 1) : 0;
            stride *= repeats ? 1 : shape[axis] + (random.Next(3) == 0 ? random.Next(3) : 0);
            stride = Math.Max(stride, 1);
        }
        return (strides, offset);
    }

    private static nint[] Dense(int[] shape)
    {
        nint[] strides = new nint[shape.Length];
        nint stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    private static void CheckAllTypes(int[] shape, nint[] source, nint sourceOffset, nint[] destination, nint destinationOffset)
    {
        Check(shape, source, sourceOffset, destination, destinationOffset, i => (byte)(i % 251));
        Check(shape, source, sourceOffset, destination, destinationOffset, i => (short)(i % 32_749));
        Check(shape, source, sourceOffset, destination, destinationOffset, i => (float)(i + 1));
        Check(shape, source, sourceOffset, destination, destinationOffset, i => (long)i + 1);
    }

    /// <summary>Runs the units one by one, last first, between margins that must stay as they were.</summary>
    private static void Check<T>(
        int[] shape, nint[] sourceStrides, nint sourceOffset, nint[] destinationStrides, nint destinationOffset, Func<int, T> value)
        where T : unmanaged
    {
        T[] source = [.. Enumerable.Range(0, Extent(shape, sourceStrides, sourceOffset)).Select(value)];
        T[] expected = new T[Extent(shape, destinationStrides, destinationOffset) + (2 * Margin)];
        Array.Fill(expected, value(12_345));
        T[] actual = [.. expected];
        StridedCopyReference.Run<T>(
            source, sourceOffset, sourceStrides, expected, destinationOffset + Margin, destinationStrides, shape);

        var copy = new StridedCopy(shape, sourceStrides, destinationStrides);
        fixed (T* s = source, d = actual)
        {
            for (int unit = copy.Units - 1; unit >= 0; unit--)
            {
                copy.Run(s + sourceOffset, d + Margin + destinationOffset, unit, unit + 1);
            }
        }
        Assert.True(expected.AsSpan().SequenceEqual(actual), Describe());

        string Describe() =>
            $"{typeof(T).Name} ({string.Join(", ", shape)}): {string.Join(", ", sourceStrides)} → {string.Join(", ", destinationStrides)}";
    }

    private static int Extent(int[] shape, nint[] strides, nint offset)
    {
        nint last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            last += Math.Max(0, strides[i]) * Math.Max(0, shape[i] - 1);
        }
        return (int)last + 1;
    }
}
