namespace Descent;

/// <summary>
/// A value that outlives expressions: parameter, buffer, optimizer state. Reading a cell makes a leaf that records its version;
/// only the effects of a run write it, all of them together.
/// </summary>
public abstract class Cell
{
    private Tensor? _initial;
    private Storage? _storage;
    private Tensor? _leaf;

    private protected Cell(Tensor initial)
    {
        _initial = initial;
        Type = initial.Type;
        Device = initial.Device;
    }

    /// <summary>The state name, such as <c>layer1.0.conv1.weight</c>; empty until a visitor has walked the model.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The module that the last walk which named this cell started from.</summary>
    internal object? Root { get; set; }

    /// <summary>The position in visit order under <see cref="Root"/>.</summary>
    internal int Order { get; set; }

    internal TensorType Type { get; }

    public Shape Shape => Type.Shape;

    public DType DType => Type.DType;

    internal Device Device { get; }

    /// <summary>Scratch of the walk that holds the device's gate.</summary>
    internal int Mark { get; set; } = -1;

    /// <summary>Counts the writes.</summary>
    internal long Version { get; private set; }

    /// <summary>True once the initial value has been computed or written.</summary>
    internal bool HasValue => _storage is not null;

    /// <summary>The memory, filled with the initial value on first use.</summary>
    internal Storage Storage
    {
        get
        {
            if (_storage is null)
            {
                Storage storage = Device.Initialise(_initial!);
                _storage = storage.Order == AxisOrder.RowMajor ? storage : Layouts.ToRowMajor(storage);
                _initial = null;
            }

            return _storage;
        }
    }

    /// <summary>The present value as a leaf of an expression.</summary>
    public Tensor Read()
    {
        Tensor? leaf = _leaf;
        if (leaf is null || leaf.Version != Version)
        {
            _leaf = leaf = Tensor.LeafOf(Leaf.Cell, Type, Device, this, Version);
        }

        return leaf;
    }

    /// <summary>Called after a run has written the memory.</summary>
    internal void Committed()
    {
        Version++;
        _leaf = null;
    }

    /// <summary>Replaces the value, as loading a file does.</summary>
    /// <exception cref="ShapeException">The number of elements or the element type differs.</exception>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (DTypes.Of<T>() != DType || values.Length != Type.Count)
        {
            throw new ShapeException($"{Name}: cannot write {values.Length} values of {DTypes.Of<T>().Name()} into {Type}.");
        }

        lock (Device.Gate)
        {
            _storage ??= new Storage(Type);
            _initial = null;
            values.CopyTo(_storage.Span<T>());
            Committed();
        }
    }

    /// <summary>A copy of the value, row-major.</summary>
    public T[] ToArray<T>()
        where T : unmanaged => Read().ToArray<T>();

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} {Name} {Type}";

    public static implicit operator Tensor(Cell cell) => cell.Read();
}

/// <summary>A value that training changes by its gradient.</summary>
public sealed class Parameter(Tensor initial) : Cell(initial), IGuard
{
    private bool _isFrozen;

    /// <summary>A frozen parameter gets no gradient and no update.</summary>
    public bool IsFrozen
    {
        get
        {
            Trace.Watch(this);
            return _isFrozen;
        }

        set => _isFrozen = value;
    }

    /// <summary>The transposed matrix.</summary>
    public Tensor T => Read().T;

    long IGuard.Fingerprint() => _isFrozen ? 1 : 0;
}

/// <summary>A value that is saved but never optimised, such as a running mean.</summary>
public sealed class Buffer(Tensor initial) : Cell(initial);

/// <summary>State of an optimizer.</summary>
internal sealed class StateCell(Tensor initial) : Cell(initial);
