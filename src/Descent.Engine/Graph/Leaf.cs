using System.Runtime.InteropServices;

namespace Descent;

/// <summary>The op of a node without inputs: its value comes from a cell, a slot, a uniform or kept memory.</summary>
internal sealed record Leaf(string Kind) : Op
{
    public static readonly Leaf Data = new("data");
    public static readonly Leaf Cell = new("cell");
    public static readonly Leaf Slot = new("slot");
    public static readonly Leaf Uniform = new("uniform");

    public override string Name => Kind;

    public override OpTypes Infer(ReadOnlySpan<TensorType> inputs) => throw new InvalidOperationException("A leaf states its type.");

    public override void Reference(ReferenceCall call) => throw new InvalidOperationException("A leaf is bound, not computed.");
}

/// <summary>One of the numbers 0, ±1, 2, ½ of a formula: part of a plan's key, so that the planner may simplify with it.</summary>
internal sealed record Constant(double Value, DType DType) : Op
{
    public override string Name => "constant";

    /// <summary>
    /// True for the numbers that formulas are made of; every other number is a uniform, so that a new value compiles nothing.
    /// </summary>
    public static bool IsFormula(double value) => value is 0 or 1 or -1 or 2 or 0.5 && !(value == 0 && double.IsNegative(value));

    public override OpTypes Infer(ReadOnlySpan<TensorType> inputs) => new TensorType(Shape.Scalar, DType);

    public override void Reference(ReferenceCall call) => call.Y(0)[0] = Value;
}

/// <summary>Selects one output of a node with several.</summary>
internal sealed record Pick(int Output) : Op
{
    private static readonly Pick[] s_first = [.. Enumerable.Range(0, 8).Select(i => new Pick(i))];

    public static Pick Of(int output) => output < s_first.Length ? s_first[output] : new Pick(output);

    public override string Name => "output";

    public override OpTypes Infer(ReadOnlySpan<TensorType> inputs) => throw new InvalidOperationException("A pick states its type.");

    internal override Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => Reach.Union(x);

    public override void Reference(ReferenceCall call) => throw new InvalidOperationException("A pick is an output, not a computation.");
}

/// <summary>Numbers that the host gives anew for every run of a plan, replays included; never part of a plan's key.</summary>
internal abstract class Uniform
{
    /// <summary>Moves to the next value where replays differ, such as the counter of a random stream.</summary>
    public virtual void Advance()
    {
    }

    /// <summary>Writes the value as the bytes of its element type.</summary>
    public abstract void Write(Span<byte> destination);
}

/// <summary>A number of a formula, or the function that yields it.</summary>
internal sealed class NumberUniform(DType type, double value, Func<double>? next = null) : Uniform
{
    public override void Write(Span<byte> destination)
    {
        double now = next is null ? value : next();
        switch (type)
        {
            case DType.F32:
                MemoryMarshal.Write(destination, (float)now);
                break;
            case DType.F64:
                MemoryMarshal.Write(destination, now);
                break;
            case DType.I32:
                MemoryMarshal.Write(destination, checked((int)now));
                break;
            case DType.I64:
                MemoryMarshal.Write(destination, checked((long)now));
                break;
            default:
                destination[0] = checked((byte)now);
                break;
        }
    }
}

/// <summary>A struct of numbers, such as the rates of an update rule.</summary>
internal sealed class StructUniform<T>(Func<T> next) : Uniform
    where T : unmanaged
{
    public override void Write(Span<byte> destination) => MemoryMarshal.Write(destination, next());
}

/// <summary>A loader's buffer that is filled again and again; a tensor made of it is valid until it is released.</summary>
internal sealed class Slot(TensorType type)
{
    public Storage Storage { get; } = new(type);

    public long Version { get; private set; }

    /// <summary>Makes every tensor that was read from this slot stale.</summary>
    public void Release() => Version++;

    /// <summary>A leaf over the present content.</summary>
    public Tensor Read(Device device) => Tensor.LeafOf(Leaf.Slot, type, device, this, Version);
}
