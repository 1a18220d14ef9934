namespace Descent;

/// <summary>One walk over a module: every module and every cell once, each with its path, and every cell named on the way.</summary>
internal sealed class StateWalk : IStateVisitor
{
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly OrderedDictionary<string, Cell> _state = [];
    private readonly Module _root;
    private string _path = "";

    private StateWalk(Module root) => _root = root;

    /// <summary>Modules with their paths, the root first under the empty path.</summary>
    public List<(string Path, Module Module)> Modules { get; } = [];

    /// <summary>Cells by state name, in visit order.</summary>
    public IReadOnlyDictionary<string, Cell> State => _state;

    public static StateWalk Of(Module root)
    {
        var walk = new StateWalk(root);
        walk.Enter("", root);
        return walk;
    }

    void IStateVisitor.Parameter(string name, Parameter? parameter) => Add(name, parameter);

    void IStateVisitor.Buffer(string name, Buffer? buffer) => Add(name, buffer);

    void IStateVisitor.Module(string name, Module? module)
    {
        if (module is not null)
        {
            Enter(PathTo(name), module);
        }
    }

    private void Enter(string path, Module module)
    {
        if (!_seen.Add(module))
        {
            return;
        }

        string outer = _path;
        _path = path;
        Modules.Add((path, module));
        module.Visit(this);
        _path = outer;
    }

    private void Add(string name, Cell? cell)
    {
        if (cell is null || !_seen.Add(cell))
        {
            return;
        }

        string path = PathTo(name);
        if (!_state.TryAdd(path, cell))
        {
            throw new InvalidOperationException($"{_root.GetType().Name}: two different cells are both named {path}.");
        }

        // A walk that starts at an inner module must not shorten the path that messages show.
        if (cell.Root is null || ReferenceEquals(cell.Root, _root) || Depth(path) >= Depth(cell.Name))
        {
            (cell.Name, cell.Root, cell.Order) = (path, _root, _state.Count);
        }
    }

    private string PathTo(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static int Depth(string path) => path.AsSpan().Count('.');
}
