using Descent.Kernels;

namespace Descent;

/// <summary>Numbers drawn uniformly from [0, 1); the only input names the draw (<see cref="RandomCounter"/>).</summary>
/// <remarks>A value depends on seed, stream, step and element alone; computing a node twice gives the same values. No gradient.</remarks>
internal sealed record RandomUniform(Shape To, DType Type) : Op
{
    public override string Name => "random-uniform";

    public override OpTypes Infer(ReadOnlySpan<TensorType> step) => RandomCounter.Fills(To, Type, Name);

    internal override bool IsDifferentiable(int input) => false;

    public override void Reference(ReferenceCall call) => RandomReference.Uniform(call.Uniform<RandomStep>(0), call.Y(0));
}

/// <summary>Numbers drawn from the normal distribution of mean 0 and deviation 1; the only input names the draw.</summary>
/// <inheritdoc cref="RandomUniform"/>
internal sealed record RandomNormal(Shape To, DType Type) : Op
{
    public override string Name => "random-normal";

    public override OpTypes Infer(ReadOnlySpan<TensorType> step) => RandomCounter.Fills(To, Type, Name);

    internal override bool IsDifferentiable(int input) => false;

    public override void Reference(ReferenceCall call) => RandomReference.Normal(call.Uniform<RandomStep>(0), call.Y(0));
}

/// <summary>The draw of a random node: fixed when the node is built, the stream's next one before each replay of a compiled step.</summary>
internal sealed class RandomCounter(Rng stream) : Uniform
{
    /// <summary>Key and step, 16 bytes.</summary>
    public static readonly TensorType Type = new(new Shape(2), DType.I64);

    private RandomStep _step = stream.NextStep();

    public override void Advance() => _step = stream.NextStep();

    public override void Write(Span<byte> destination) => System.Runtime.InteropServices.MemoryMarshal.Write(destination, in _step);

    public static TensorType Fills(Shape shape, DType type, string op) => type.IsFloat()
        ? new TensorType(shape, type)
        : throw new ShapeException($"{op}: random numbers are f32 or f64, not {type.Name()}; cast them with To(DType).");
}
