using Descent.Kernels;

namespace Descent;

/// <summary>
/// One elementwise formula on integers and booleans, exact in 64 bits: tiles of the operands are widened, computed, and cut to the type of
/// the result, so that the formula's loop exists once and not per type. Operands lie side by side or are one number.
/// </summary>
internal sealed unsafe class IntegerLaunch : Launch
{
    private const int Tile = TileProgram.Tile;
    private const int TilesPerUnit = 4;
    private readonly ElementwiseOp _op;
    private readonly TensorType _type;
    private readonly Operand[] _operands;
    private readonly PlanBuffer _result;
    private readonly PlanBuffer _scratch;
    private readonly delegate*<void*, void*, nint, void> _narrow;

    private IntegerLaunch(ElementwiseOp op, TensorType type, Operand[] operands, PlanBuffer result, PlanBuffer scratch)
    {
        (_op, _type, _operands, _result, _scratch) = (op, type, operands, result, scratch);
        _narrow = CastKernel.Loop(DType.I64, type.DType);
    }

    public override string Name => _op.Name;

    public override string Detail => _type.ToString();

    /// <summary>True where formula, operands and result leave the integers nowhere.</summary>
    public static bool Fits(PlanNode node) => node.Op is ElementwiseOp { IntegerLoop: not null }
        && node.Inputs.All(x => !x.Type.DType.IsFloat()) && !node.Outputs[0].Type.DType.IsFloat();

    public static void Lower(Choose choose, PlanNode node)
    {
        TensorType type = node.Outputs[0].Type;
        var operands = new Operand[node.Inputs.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            PlanValue x = node.Inputs[i];
            Place place = choose[x];
            bool isNumber = x.Type.Count == 1;
            if (!isNumber)
            {
                place = new Place(place.Buffer, place.View.Expand(type.Shape));
                place = place.IsDense(AxisOrder.RowMajor)
                    ? place : choose.Copied(place, x.Type with { Shape = type.Shape }, AxisOrder.RowMajor);
            }

            operands[i] = new Operand(place.Buffer, place.View.Offset * x.Type.DType.Size(), x.Type.DType, isNumber);
        }

        PlanBuffer result = choose.Output(node.Outputs[0]);
        PlanBuffer scratch = choose.NewBuffer((operands.Length + 1) * Tile * sizeof(long) * (long)choose.Threads);
        var launch = new IntegerLaunch((ElementwiseOp)node.Op, type, operands, result, scratch) { Flops = type.Count };
        launch.Workspaces.Add(scratch);
        choose.Add(launch, [.. operands.Select(x => x.Buffer)], [result]);
    }

    protected override int Units(int phase) => (int)((_type.Count + (TilesPerUnit * Tile) - 1) / (TilesPerUnit * Tile));

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        int inputs = _operands.Length;
        nint* tiles = stackalloc nint[inputs + 1];
        for (int i = 0; i <= inputs; i++)
        {
            tiles[i] = Run[_scratch] + ((nint)((worker * (inputs + 1)) + i) * Tile * sizeof(long));
            if (i < inputs && _operands[i].IsNumber)
            {
                _operands[i].Widen((void*)(Run[_operands[i].Buffer] + _operands[i].Offset), (void*)tiles[i], 1);
                new Span<long>((void*)tiles[i], Tile).Fill(*(long*)tiles[i]);
            }
        }

        long end = Math.Min(_type.Count, (long)last * TilesPerUnit * Tile);
        for (long start = (long)first * TilesPerUnit * Tile; start < end; start += Tile)
        {
            int n = (int)Math.Min(Tile, end - start);
            for (int i = 0; i < inputs; i++)
            {
                ref readonly Operand x = ref _operands[i];
                if (!x.IsNumber)
                {
                    x.Widen((void*)(Run[x.Buffer] + (nint)(x.Offset + (start * x.Size))), (void*)tiles[i], n);
                }
            }

            _op.IntegerLoop(tiles, n);
            _narrow((void*)tiles[inputs], (void*)(Run[_result] + (nint)(start * _type.DType.Size())), n);
        }
    }

    private readonly struct Operand(PlanBuffer buffer, long offset, DType type, bool isNumber)
    {
        public readonly PlanBuffer Buffer = buffer;

        /// <summary>Bytes before the first element.</summary>
        public readonly nint Offset = (nint)offset;

        public readonly int Size = type.Size();

        /// <summary>One number for all elements.</summary>
        public readonly bool IsNumber = isNumber;

        public readonly delegate*<void*, void*, nint, void> Widen = CastKernel.Loop(type, DType.I64);
    }
}
