using System.Diagnostics;

namespace Descent;

/// <summary>
/// A node of an expression graph: an op, its inputs, and at once its shape, element type and device. Building one checks shapes and
/// computes nothing. Values are computed by <see cref="Item"/>, <see cref="ToArray{T}"/>, <see cref="Realize"/> and an optimizer's step.
/// </summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed partial class Tensor
{
    private Tensor[]? _outputs;

    private Tensor(Op op, Tensor[] inputs, TensorType type, Device device, int depth)
    {
        (Op, Inputs, Type, Device, Depth) = (op, inputs, type, device, depth);
    }

    public Shape Shape => Type.Shape;

    public DType DType => Type.DType;

    public int Rank => Type.Shape.Rank;

    /// <summary>Shape and element type.</summary>
    public TensorType Type { get; }

    /// <summary>Where it is computed.</summary>
    public Device Device { get; }

    internal Op Op { get; }

    /// <summary>Null once an optimizer's step has consumed the node.</summary>
    internal Tensor[]? Inputs { get; private set; }

    /// <summary>One more than the deepest input: a node can depend only on nodes of smaller depth.</summary>
    internal int Depth { get; }

    /// <summary>The cell, slot or uniform of a leaf.</summary>
    internal object? Source { get; private init; }

    /// <summary>The version of <see cref="Source"/> when the leaf was made.</summary>
    internal long Version { get; private init; }

    /// <summary>The kept value, once there is one.</summary>
    internal Storage? Value { get; set; }

    /// <summary>How many nodes were built on this one.</summary>
    internal int Uses { get; private set; }

    /// <summary>How many runs have executed this node without keeping its value.</summary>
    internal int Executions { get; set; }

    /// <summary>Cell writes that happen once, in the first run that executes this node.</summary>
    internal List<Effect>? Effects { get; private set; }

    /// <summary>Scratch of the walk that holds the device's gate.</summary>
    internal int Mark { get; set; } = -1;

    /// <summary>The number in a <see cref="Descent.Backward"/> walk, which holds the device's gate too.</summary>
    internal int Place { get; set; } = -1;

    internal bool IsLeaf => Op is Leaf;

    /// <summary>True for a node that autodiff built.</summary>
    internal bool IsGradient { get; private init; }

    private string DebuggerText => $"{Op.Name} {Type}{(Value is null ? "" : " (computed)")}";

    /// <summary>A node that applies an op: how every tensor method is made, and how an op of your own joins the graph.</summary>
    /// <exception cref="ShapeException">The inputs do not fit the op, or live on different devices.</exception>
    /// <exception cref="StaleTensorException">An input was consumed by an optimizer's step.</exception>
    public static Tensor Apply(Op op, params ReadOnlySpan<Tensor> inputs) => ApplyTo(op, inputs.ToArray());

    /// <summary>As <see cref="Apply"/>, keeping the array.</summary>
    internal static Tensor ApplyTo(Op op, Tensor[] inputs)
    {
        const int few = 8;
        Span<TensorType> types = inputs.Length <= few ? stackalloc TensorType[few] : new TensorType[inputs.Length];
        types = types[..inputs.Length];
        int depth = 0;
        Device? device = null;
        for (int i = 0; i < inputs.Length; i++)
        {
            Tensor input = inputs[i];
            input.ThrowIfConsumed(op.Name);
            types[i] = input.Type;
            depth = Math.Max(depth, input.Depth + 1);
            if (device is not null && device != input.Device)
            {
                throw new ShapeException($"{op.Name}: its inputs live on two devices, {device} and {input.Device}; move one with To(device).");
            }

            device = input.Device;
        }

        OpTypes outputs;
        try
        {
            outputs = op.Infer(types);
        }
        catch (ShapeException e) when (Layers.PathOf(inputs) is { Length: > 0 } layer)
        {
            throw new ShapeException($"{layer}: {e.Message}");
        }

        var node = new Tensor(op, inputs, outputs[0], device ?? Device.Default, depth) { IsGradient = Descent.Backward.IsBuilding };
        if (!node.IsGradient)
        {
            foreach (Tensor input in inputs)
            {
                input.Uses++;
            }
        }

        if (outputs.Count > 1)
        {
            node._outputs = new Tensor[outputs.Count];
            node._outputs[0] = node;
            for (int i = 1; i < outputs.Count; i++)
            {
                node._outputs[i] = new Tensor(Pick.Of(i), [node], outputs[i], node.Device, depth + 1);
            }
        }

        node.Device.Built(node);
        return node;
    }

    /// <summary>One output of a node with several.</summary>
    internal Tensor Output(int index) => index == 0 ? this : _outputs![index];

    /// <summary>All outputs, itself first.</summary>
    internal ReadOnlySpan<Tensor> OutputsOf => _outputs ?? (ReadOnlySpan<Tensor>)new[] { this };

    internal int OutputCount => _outputs?.Length ?? 1;

    internal static Tensor LeafOf(Leaf kind, TensorType type, Device device, object? source, long version) =>
        new(kind, [], type, device, 0) { Source = source, Version = version };

    /// <summary>A tensor over memory that is never written again.</summary>
    internal static Tensor Of(Storage storage, Device device) =>
        new(Leaf.Data, [], storage.Type, device, 0) { Value = storage };

    internal static Tensor Of(Uniform uniform, TensorType type, Device device) => LeafOf(Leaf.Uniform, type, device, uniform, 0);

    /// <summary>A tensor that copies the values, row-major.</summary>
    /// <exception cref="ShapeException">The number of values is not the shape's.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape, Device? device = null)
        where T : unmanaged
    {
        var type = new TensorType(shape, DTypes.Of<T>());
        if (values.Length != type.Count)
        {
            throw new ShapeException($"Tensor.From: shape {shape} holds {type.Count} values, but {values.Length} were given.");
        }

        var storage = new Storage(type);
        values.CopyTo(storage.Span<T>());
        return Of(storage, device ?? Device.Default);
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape, Device?)"/>
    public static Tensor From<T>(T[] values, Shape shape, Device? device = null)
        where T : unmanaged => From<T>(values.AsSpan(), shape, device);

    /// <summary>A scalar that the host computes anew for every run, replays of a compiled step included.</summary>
    public static Tensor Scalar(Func<double> value, DType type = DType.F32, Device? device = null) =>
        Of(new NumberUniform(type, 0, value), new TensorType(Shape.Scalar, type), device ?? Device.Default);

    /// <summary>A scalar: 0, ±1, 2 and ½ are part of the formula, any other number may change without compiling anew.</summary>
    public static Tensor Scalar(double value, DType type = DType.F32, Device? device = null)
    {
        var scalar = new TensorType(Shape.Scalar, type);
        return Constant.IsFormula(value)
            ? new Tensor(new Constant(value, type), [], scalar, device ?? Device.Default, 0)
            : Of(new NumberUniform(type, value), scalar, device ?? Device.Default);
    }

    /// <summary>A tensor of one repeated number.</summary>
    public static Tensor Full(double value, Shape shape, DType type = DType.F32, Device? device = null) =>
        Scalar(value, type, device).Expand(shape);

    /// <inheritdoc cref="Full"/>
    public static Tensor Zeros(Shape shape, DType type = DType.F32, Device? device = null) => Full(0, shape, type, device);

    /// <inheritdoc cref="Full"/>
    public static Tensor Ones(Shape shape, DType type = DType.F32, Device? device = null) => Full(1, shape, type, device);

    /// <summary>Adds a cell write that happens when this node is first executed, together with all other effects of that run.</summary>
    internal Tensor WithEffect(Cell cell, Tensor value)
    {
        (Effects ??= []).Add(new Effect(cell, value));
        return this;
    }

    /// <summary>Drops the inputs: the memory of a step's graph is free as soon as the step is done.</summary>
    internal void Consume()
    {
        Inputs = null;
        Effects = null;
    }

    internal bool IsConsumed => Inputs is null && Value is null;

    internal void ThrowIfConsumed(string reader)
    {
        if (IsConsumed)
        {
            throw new StaleTensorException(
                $"{reader}: its input {Op.Name} {Type} was consumed by the optimizer's step, which kept only the loss. "
                + "Build on it before the step, or name it in also: of Step.");
        }
    }

    internal void EffectsDone() => Effects = null;
}

/// <summary>A cell write: the cell takes the value when the run commits.</summary>
internal readonly record struct Effect(Cell Cell, Tensor Value);
