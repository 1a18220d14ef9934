using System.Runtime.InteropServices;

namespace Descent;

/// <summary>
/// What a graph node computes: an immutable record whose attributes are part of every compiled plan's key.
/// One file holds all of an op: the tensor method that users call, the inference of outputs, the reference and the gradient.
/// </summary>
public abstract record Op
{
    /// <summary>The name in messages and plans: <c>conv2d</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Shapes and types of the outputs.</summary>
    /// <exception cref="ShapeException">The inputs do not fit together; the message names op, values and fix.</exception>
    public abstract OpTypes Infer(ReadOnlySpan<TensorType> inputs);

    /// <summary>
    /// The gradients of the inputs in public tensor ops; null where none flows. Broadcasting is not undone here.
    /// </summary>
    /// <exception cref="GradientException">The op has no gradient rule; it never yields zeros instead.</exception>
    public virtual Tensor?[] Gradient(OpInputs x, OpOutputs y, Upstream dy, Needed needed) =>
        throw new GradientException($"{Name} has no gradient rule. Detach its input if none should flow: x.Detach().");

    /// <summary>The naive computation in double: the oracle of every backend, and how f64 runs.</summary>
    public abstract void Reference(ReferenceCall call);

    /// <summary>The input that holds indices or labels, which the device's kernels read as i64; −1 where there is none.</summary>
    internal virtual int IndexInput => -1;

    /// <summary>The multiply-adds of a product such as a convolution; 0 for what is none.</summary>
    internal virtual long MultiplyAdds(ReadOnlySpan<TensorType> x, TensorType y) => 0;

    /// <summary>
    /// What part of the image an element of the first output sees, by what those of the inputs do; null where it is all of it.
    /// </summary>
    internal virtual Reach? ReachOf(ReadOnlySpan<Reach?> x, ReadOnlySpan<TensorType> types) => null;

    /// <summary>True when an input's gradient never exists, as for the indices of a gather.</summary>
    internal virtual bool IsDifferentiable(int input) => true;
}

/// <summary>The types of an op's outputs; most ops have one.</summary>
public readonly struct OpTypes
{
    private readonly TensorType _first;
    private readonly TensorType[]? _all;

    private OpTypes(TensorType first, TensorType[]? all) => (_first, _all) = (first, all);

    /// <summary>The number of outputs.</summary>
    public int Count => _all?.Length ?? 1;

    /// <summary>The type of one output.</summary>
    public TensorType this[int output] => _all is null ? _first : _all[output];

    public static implicit operator OpTypes(TensorType type) => new(type, null);

    public static implicit operator OpTypes(TensorType[] types) => new(types[0], types);
}

/// <summary>The inputs of a node, as its gradient rule sees them.</summary>
public readonly struct OpInputs
{
    private readonly Tensor _node;

    internal OpInputs(Tensor node) => _node = node;

    public int Count => _node.Inputs!.Length;

    public Tensor this[int input] => _node.Inputs![input];
}

/// <summary>The outputs of a node, as its gradient rule sees them.</summary>
public readonly struct OpOutputs
{
    private readonly Tensor _node;

    internal OpOutputs(Tensor node) => _node = node;

    public Tensor this[int output] => _node.Output(output);
}

/// <summary>The gradients that arrive at a node's outputs. A single-output op uses it as a tensor.</summary>
public readonly struct Upstream
{
    private readonly Tensor? _first;
    private readonly Tensor?[]? _all;

    internal Upstream(Tensor dy) => _first = dy;

    internal Upstream(Tensor?[] dy) => (_first, _all) = (dy[0], dy);

    /// <summary>The gradient of one output, null where none arrived.</summary>
    public Tensor? this[int output] => output == 0 ? _first : _all![output];

    public static implicit operator Tensor(Upstream dy) =>
        dy._first ?? throw new GradientException("No gradient arrived at the first output.");
}

/// <summary>Which inputs need a gradient.</summary>
public readonly struct Needed
{
    private readonly ulong _first64;
    private readonly bool[]? _all;

    /// <param name="first64">A bit for each of the first 64 inputs.</param>
    /// <param name="all">A flag for each input where there are more.</param>
    internal Needed(ulong first64, bool[]? all) => (_first64, _all) = (first64, all);

    /// <summary>Whether there is one.</summary>
    internal bool Any => _first64 != 0 || (_all is not null && Array.IndexOf(_all, true) >= 0);

    public bool this[int input] => _all is null ? (_first64 >> input & 1) != 0 : _all[input];
}

/// <summary>Inputs and outputs of one reference computation: values as double, row-major, whatever the element type.</summary>
public sealed class ReferenceCall
{
    private readonly TensorType[] _inputTypes;
    private readonly TensorType[] _outputTypes;
    private readonly double[][] _inputs;
    private readonly double[][] _outputs;
    private readonly byte[]?[] _raw;

    internal ReferenceCall(TensorType[] inputTypes, double[][] inputs, byte[]?[] raw, TensorType[] outputTypes, double[][] outputs) =>
        (_inputTypes, _inputs, _raw, _outputTypes, _outputs) = (inputTypes, inputs, raw, outputTypes, outputs);

    /// <summary>The number of inputs.</summary>
    public int InputCount => _inputs.Length;

    /// <summary>The values of one input.</summary>
    public ReadOnlySpan<double> X(int input) => _inputs[input];

    /// <summary>The values of one output, to be filled; zero at first.</summary>
    public Span<double> Y(int output) => _outputs[output];

    public TensorType XType(int input) => _inputTypes[input];

    public TensorType YType(int output) => _outputTypes[output];

    /// <summary>The numbers of a uniform that is a struct, such as the rates of an update rule.</summary>
    public T Uniform<T>(int input)
        where T : unmanaged =>
        MemoryMarshal.Read<T>(_raw[input] ?? throw new InvalidOperationException($"Input {input} is not a uniform."));
}
