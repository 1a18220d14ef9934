namespace Descent;

/// <summary>
/// The structure of a graph without its values: ops with attributes, leaf kinds and types, who shares what, outputs, effects.
/// Two graphs with equal keys run the same plan.
/// </summary>
internal sealed class PlanKey : IEquatable<PlanKey>
{
    private readonly List<Op> _ops = [];
    private readonly List<TensorType> _leafTypes = [];
    private readonly List<int> _codes = [];
    private int _hash = 17;

    public void Add(Tensor node, Tensor[] inputs, int cell)
    {
        bool leaf = node.Value is not null || node.IsLeaf;
        Op op = node.Value is not null ? Leaf.Data : node.Op;
        _ops.Add(op);
        Mix(op.GetHashCode());
        if (leaf)
        {
            _leafTypes.Add(node.Type);
            Mix(node.Type.GetHashCode());
            Code(cell);
            Code((int)(node.Value?.Order ?? AxisOrder.RowMajor));
            return;
        }

        foreach (Tensor input in inputs)
        {
            Code(input.Mark);
        }
    }

    /// <summary>Outputs, effects and guards close the key.</summary>
    public void End(GraphWalk walk, Request request)
    {
        Code(-1);
        foreach (Tensor output in walk.Outputs)
        {
            Code(output.Mark);
        }

        Code(-2);
        foreach (Effect effect in walk.Effects)
        {
            Code(walk.CellIndex(effect.Cell));
            Code(effect.Value.Mark);
        }

        Code(-3);
        foreach (Tensor guard in request.Guards)
        {
            Code(guard.Mark);
        }
    }

    public void Clear()
    {
        _ops.Clear();
        _leafTypes.Clear();
        _codes.Clear();
        _hash = 17;
    }

    /// <summary>A copy that the plan cache can hold.</summary>
    public PlanKey Copy()
    {
        var copy = new PlanKey { _hash = _hash };
        copy._ops.AddRange(_ops);
        copy._leafTypes.AddRange(_leafTypes);
        copy._codes.AddRange(_codes);
        return copy;
    }

    /// <summary>The first thing in which two keys differ, for the message about repeated misses.</summary>
    public string Difference(PlanKey other)
    {
        for (int i = 0; i < Math.Min(_ops.Count, other._ops.Count); i++)
        {
            if (!_ops[i].Equals(other._ops[i]))
            {
                return $"node {i} was {other._ops[i]} and is {_ops[i]}";
            }
        }

        for (int i = 0; i < Math.Min(_leafTypes.Count, other._leafTypes.Count); i++)
        {
            if (_leafTypes[i] != other._leafTypes[i])
            {
                return $"leaf {i} was {other._leafTypes[i]} and is {_leafTypes[i]}";
            }
        }

        return _ops.Count != other._ops.Count
            ? $"the graph had {other._ops.Count} nodes and has {_ops.Count}"
            : "the same nodes are connected, kept or written in another way";
    }

    public bool Equals(PlanKey? other)
    {
        if (other is null || _hash != other._hash || _ops.Count != other._ops.Count || _codes.Count != other._codes.Count
            || _leafTypes.Count != other._leafTypes.Count)
        {
            return false;
        }

        for (int i = 0; i < _codes.Count; i++)
        {
            if (_codes[i] != other._codes[i])
            {
                return false;
            }
        }

        for (int i = 0; i < _leafTypes.Count; i++)
        {
            if (_leafTypes[i] != other._leafTypes[i])
            {
                return false;
            }
        }

        for (int i = 0; i < _ops.Count; i++)
        {
            if (!ReferenceEquals(_ops[i], other._ops[i]) && !_ops[i].Equals(other._ops[i]))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as PlanKey);

    public override int GetHashCode() => _hash;

    private void Code(int code)
    {
        _codes.Add(code);
        Mix(code);
    }

    private void Mix(int value) => _hash = (_hash * 486187739) + value;
}
