namespace Descent;

/// <summary>
/// A part of a network: a plain class whose properties are parameters, buffers and further modules.
/// Declare the class <c>partial</c> and nothing more: <see cref="Visit"/> is written at build time.
/// </summary>
/// <remarks>
/// State names follow the properties: <c>Conv1.Weight</c> is saved as <c>conv1.weight</c>. A parameter that two modules share is seen
/// once, under its first name.
/// <c>Forward</c> is an ordinary method with the inputs that the module needs.
/// </remarks>
public abstract class Module : IGuard
{
    private FingerprintWalk? _fingerprint;
    private bool _isTraining = true;

    /// <summary>
    /// True while training: dropout drops and batch normalisation uses the batch. Fixed in a node when the node is built.
    /// </summary>
    public bool IsTraining
    {
        get
        {
            Trace.Watch(this);
            return _isTraining;
        }

        internal set => _isTraining = value;
    }

    /// <summary>True where steps with it can be compiled: nothing in it reads values before the step is run (<see cref="ReadsValues"/>).</summary>
    public bool IsCompilable => StateWalk.Of(this).Modules.TrueForAll(inner => !inner.Module.ReadsValues);

    /// <summary>True where <c>Forward</c> reads values, as a search on the host does.</summary>
    protected internal virtual bool ReadsValues => false;

    /// <summary>The number of parameter elements, shared ones counted once.</summary>
    public long Count => Parameters().Sum(p => p.Shape.Count);

    /// <summary>Shows the visitor every parameter, buffer and module that this one holds, in declaration order.</summary>
    public virtual void Visit(IStateVisitor visitor)
    {
    }

    /// <summary>All parameters in visit order, frozen ones included. Gives every cell its name.</summary>
    public IReadOnlyList<Parameter> Parameters() => [.. StateWalk.Of(this).State.Values.OfType<Parameter>()];

    /// <summary>All buffers in visit order. Gives every cell its name.</summary>
    public IReadOnlyList<Buffer> Buffers() => [.. StateWalk.Of(this).State.Values.OfType<Buffer>()];

    /// <summary>Parameters and buffers by state name relative to this module, in visit order: what is saved and loaded.</summary>
    /// <exception cref="InvalidOperationException">Two cells have the same name.</exception>
    public IReadOnlyDictionary<string, Cell> State() => StateWalk.Of(this).State;

    /// <summary>A table of modules and parameters with shapes and counts. Computes nothing, initial values included.</summary>
    public string Summary() => ModuleSummary.Of(this);

    /// <inheritdoc/>
    long IGuard.Fingerprint() => Fingerprint();

    /// <summary>What a compiled step compares at each replay.</summary>
    internal long Fingerprint() => (_fingerprint ??= new FingerprintWalk()).Of(this);
}
