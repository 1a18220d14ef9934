using System.Diagnostics;
using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>How a tile program reads an operand.</summary>
internal enum OperandKind : byte
{
    /// <summary>In the domain's own order: the step reads memory directly.</summary>
    Contiguous,

    /// <summary>One number for all elements.</summary>
    Scalar,

    /// <summary>A row that repeats, such as a bias: laid out once, then read at the right phase.</summary>
    Periodic,

    /// <summary>Through steps per axis, gathered into a scratch tile.</summary>
    Strided,

    /// <summary>A struct that the step takes by address.</summary>
    Raw,
}

/// <summary>An operand of a tile program.</summary>
internal sealed class TileOperand
{
    public required PlanBuffer Buffer { get; init; }

    public required OperandKind Kind { get; init; }

    public required DType DType { get; init; }

    /// <summary>Elements before the first one.</summary>
    public long Offset { get; init; }

    /// <summary>Elements per step of each axis of the domain.</summary>
    public long[] Strides { get; init; } = [];
}

/// <summary>One call of a formula's loop: slots hold the pointers it is given.</summary>
internal readonly unsafe struct TileStep(delegate*<nint*, int, void> loop, int[] slots)
{
    public readonly delegate*<nint*, int, void> Loop = loop;

    public readonly int[] Slots = slots;
}

/// <summary>Where a step's result is stored.</summary>
/// <param name="Buffer">Dense, in the order of the domain.</param>
/// <param name="DType">What it holds.</param>
/// <param name="Slot">The value, an operand's or a step's.</param>
/// <param name="IsDirect">Whether the step itself writes there; else the value is copied or converted after the steps.</param>
internal readonly record struct TileOutput(PlanBuffer Buffer, DType DType, int Slot, bool IsDirect);

/// <summary>
/// A chain of elementwise formulas that runs tile by tile: intermediates stay in scratch tiles in the first-level cache, and each step is a call
/// through a pointer to a loop that was compiled for its formula.
/// </summary>
internal sealed unsafe class TileProgram
{
    /// <summary>Elements per tile: large enough that a step's call costs nothing, small enough that a dozen tiles stay in the cache.</summary>
    public const int Tile = 1024;

    private const int ScratchPerSlot = 2 * Tile;

    /// <summary>The domain's axes, outermost first, merged where all operands allow it.</summary>
    public required int[] Axes { get; init; }

    public required TileOperand[] Operands { get; init; }

    public required TileStep[] Steps { get; init; }

    public required TileOutput[] Outputs { get; init; }

    /// <summary>Operands come first, then intermediates.</summary>
    public required int Slots { get; init; }

    /// <summary>Floats of scratch per worker.</summary>
    public long ScratchFloats => (long)Slots * ScratchPerSlot;

    /// <summary>Lays out what does not change from tile to tile; the slots are the worker's own.</summary>
    [MethodImpl(Jit.Hot)]
    public void Begin(PlanRun run, nint* slots, float* scratch)
    {
        for (int i = 0; i < Slots; i++)
        {
            slots[i] = (nint)(scratch + ((long)i * ScratchPerSlot));
        }

        // A domain without elements, such as an empty sum: there is no first number to lay out.
        if (Array.IndexOf(Axes, 0) >= 0)
        {
            return;
        }

        for (int i = 0; i < Operands.Length; i++)
        {
            TileOperand operand = Operands[i];
            switch (operand.Kind)
            {
                case OperandKind.Raw:
                    slots[i] = run[operand.Buffer];
                    break;
                case OperandKind.Scalar:
                    new Span<float>((void*)slots[i], Tile).Fill(Load(run[operand.Buffer], operand.Offset, operand.DType));
                    break;
                case OperandKind.Periodic:
                    LayOut(operand, run[operand.Buffer], (float*)slots[i]);
                    break;
            }
        }
    }

    /// <summary>Computes the elements [start, start + n) of the domain, n ≤ <see cref="Tile"/>; results stand in their slots and outputs.</summary>
    [MethodImpl(Jit.Hot)]
    public void Evaluate(PlanRun run, long start, int n, nint* slots, float* scratch)
    {
        Debug.Assert(n is > 0 and <= Tile, "A tile has 1 to Tile elements.");
        for (int i = 0; i < Operands.Length; i++)
        {
            TileOperand operand = Operands[i];
            nint memory = run[operand.Buffer];
            float* own = scratch + ((long)i * ScratchPerSlot);
            switch (operand.Kind)
            {
                case OperandKind.Contiguous when operand.DType == DType.F32:
                    slots[i] = memory + ((nint)(operand.Offset + start) * sizeof(float));
                    break;
                case OperandKind.Contiguous:
                    Widen((byte*)memory + operand.Offset + start, own, n);
                    break;
                case OperandKind.Periodic:
                    slots[i] = (nint)(own + (start % Axes[^1]));
                    break;
                case OperandKind.Strided:
                    slots[i] = (nint)Gather(operand, memory, start, n, own);
                    break;
            }
        }

        // Float results go straight to memory; the others pass through scratch.
        for (int i = 0; i < Outputs.Length; i++)
        {
            if (Outputs[i].IsDirect)
            {
                slots[Outputs[i].Slot] = run[Outputs[i].Buffer] + ((nint)start * sizeof(float));
            }
        }

        nint* arguments = stackalloc nint[12];
        foreach (ref readonly TileStep step in Steps.AsSpan())
        {
            int[] order = step.Slots;
            for (int i = 0; i < order.Length; i++)
            {
                arguments[i] = order[i] < 0 ? 0 : slots[order[i]];
            }

            step.Loop(arguments, n);
        }

        for (int i = 0; i < Outputs.Length; i++)
        {
            Store(Outputs[i], run, (float*)slots[Outputs[i].Slot], start, n);
        }
    }

    private void Store(TileOutput output, PlanRun run, float* values, long start, int n)
    {
        if (output.DType == DType.Bool)
        {
            byte* to = (byte*)run[output.Buffer] + start;
            for (int i = 0; i < n; i++)
            {
                to[i] = values[i] != 0 ? (byte)1 : (byte)0;
            }
        }
        else if (!output.IsDirect)
        {
            // An operand or another result that is itself the result, as in a cast that only changes the stored type.
            new ReadOnlySpan<float>(values, n).CopyTo(new Span<float>((float*)run[output.Buffer] + start, n));
        }
    }

    /// <summary>The operand's elements for a tile; in place where they lie side by side, else copied to scratch.</summary>
    [MethodImpl(Jit.Hot)]
    private float* Gather(TileOperand operand, nint memory, long start, int n, float* own)
    {
        long* index = stackalloc long[Shape.MaxRank];
        long rest = start;
        long offset = operand.Offset;
        int last = Axes.Length - 1;
        for (int axis = last; axis >= 0; axis--)
        {
            index[axis] = rest % Axes[axis];
            rest /= Axes[axis];
            offset += index[axis] * operand.Strides[axis];
        }

        long step = operand.Strides[last];
        int inner = Axes[last];
        if (step == 1 && operand.DType == DType.F32 && index[last] + n <= inner)
        {
            return (float*)memory + offset;
        }

        for (int done = 0; done < n;)
        {
            int run = (int)Math.Min(n - done, inner - index[last]);
            CopyRun(memory, operand.DType, offset, step, own + done, run);
            done += run;
            index[last] += run;
            offset += run * step;
            for (int axis = last; axis > 0 && index[axis] == Axes[axis]; axis--)
            {
                offset += operand.Strides[axis - 1] - (Axes[axis] * operand.Strides[axis]);
                index[axis] = 0;
                index[axis - 1]++;
            }
        }

        return own;
    }

    [MethodImpl(Jit.Hot)]
    private static void CopyRun(nint memory, DType type, long offset, long step, float* to, int n)
    {
        if (step == 0)
        {
            new Span<float>(to, n).Fill(Load(memory, offset, type));
        }
        else if (type != DType.F32)
        {
            for (int i = 0; i < n; i++)
            {
                to[i] = ((byte*)memory)[offset + (i * step)];
            }
        }
        else if (step == 1)
        {
            new ReadOnlySpan<float>((float*)memory + offset, n).CopyTo(new Span<float>(to, n));
        }
        else
        {
            float* from = (float*)memory + offset;
            for (int i = 0; i < n; i++)
            {
                to[i] = from[i * step];
            }
        }
    }

    private void LayOut(TileOperand operand, nint memory, float* to)
    {
        int period = Axes[^1];
        CopyRun(memory, operand.DType, operand.Offset, operand.Strides[^1], to, period);
        for (int done = period; done < Tile + period; done += period)
        {
            int n = Math.Min(period, Tile + period - done);
            new ReadOnlySpan<float>(to, n).CopyTo(new Span<float>(to + done, n));
        }
    }

    private static float Load(nint memory, long offset, DType type) =>
        type == DType.F32 ? ((float*)memory)[offset] : ((byte*)memory)[offset];

    private static void Widen(byte* from, float* to, int n)
    {
        for (int i = 0; i < n; i++)
        {
            to[i] = from[i];
        }
    }
}
