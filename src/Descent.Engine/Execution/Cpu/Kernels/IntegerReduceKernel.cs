using Descent.Kernels;

namespace Descent;

/// <summary>Sums, maxima and minima of integers and booleans over any axes, exact in 64 bits.</summary>
internal static unsafe class IntegerReduceKernel
{
    private const int Tile = TileProgram.Tile;
    private const int TilesPerChunk = 16;

    /// <summary>Rows of the reduced axes side by side; long rows are cut in chunks, which integers may be combined in any order.</summary>
    public static void Lower(Choose choose, PlanNode node, Reduce op)
    {
        TensorType x = node.Inputs[0].Type, y = node.Outputs[0].Type;
        PlanBuffer from = Rows(choose, node.Inputs[0], op.Axes), to = choose.Output(node.Outputs[0]);
        long rows = y.Count, columns = rows == 0 ? 0 : x.Count / rows;
        long chunks = Math.Max(1, (columns + (TilesPerChunk * Tile) - 1) / (TilesPerChunk * Tile));
        PlanBuffer partials = choose.NewBuffer(rows * chunks * sizeof(long));
        (int xSize, int ySize) = (x.DType.Size(), y.DType.Size());
        delegate*<void*, void*, nint, void> widen = CastKernel.Loop(x.DType, DType.I64), narrow = CastKernel.Loop(DType.I64, y.DType);
        delegate*<long*, nint, long> reduce = op.Kind switch
        {
            Reduction.Sum => &IntegerReduce.Run<SumReduction>,
            Reduction.Max => &IntegerReduce.Run<MaxReduction>,
            _ => &IntegerReduce.Run<MinReduction>,
        };
        var launch = new KernelLaunch(
            op.Name, $"{x}, {chunks} chunks",
            KernelLaunch.Rows(rows * chunks, Math.Min(columns, TilesPerChunk * Tile), (run, first, last) =>
            {
                long* tile = stackalloc long[Tile], results = stackalloc long[TilesPerChunk];
                for (long unit = first; unit < last; unit++)
                {
                    (long row, long chunk) = Math.DivRem(unit, chunks);
                    long start = chunk * TilesPerChunk * Tile, end = Math.Min(columns, start + (TilesPerChunk * Tile));
                    byte* source = (byte*)run[from] + (row * columns * xSize);
                    int tiles = 0;
                    for (; start < end; start += Tile, tiles++)
                    {
                        nint n = (nint)Math.Min(Tile, end - start);
                        widen(source + (start * xSize), tile, n);
                        results[tiles] = reduce(tile, n);
                    }

                    ((long*)run[partials])[unit] = reduce(results, tiles);
                }
            }),
            KernelLaunch.Rows(rows, chunks, (run, first, last) =>
            {
                for (long row = first; row < last; row++)
                {
                    long result = reduce((long*)run[partials] + (row * chunks), (nint)chunks);
                    narrow(&result, (byte*)run[to] + (row * ySize), 1);
                }
            }))
        { Flops = x.Count };
        launch.Workspaces.Add(partials);
        choose.Add(launch, [from], [to]);
    }

    /// <summary>The value with its reduced axes innermost, copied where it lies otherwise.</summary>
    private static PlanBuffer Rows(Choose choose, PlanValue x, AxisList reduced)
    {
        int[] axes = [.. Enumerable.Range(0, x.Type.Shape.Rank).OrderBy(axis => reduced.Contains(axis) ? 1 : 0)];
        Place place = choose[x];
        place = new Place(place.Buffer, place.View.Permute(axes));
        return place.IsDense(AxisOrder.RowMajor)
            ? place.Buffer
            : choose.Copied(place, x.Type with { Shape = place.View.Shape }, AxisOrder.RowMajor).Buffer;
    }
}
