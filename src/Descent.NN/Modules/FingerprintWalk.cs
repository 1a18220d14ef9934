using System.Runtime.CompilerServices;

namespace Descent;

/// <summary>
/// A number over the structure of a module: its modules, cells, training and frozen flags in visit order. Allocates nothing after its
/// first use.
/// </summary>
internal sealed class FingerprintWalk : IStateVisitor
{
    private readonly Lock _gate = new();
    private long _hash;

    public long Of(Module root)
    {
        lock (_gate)
        {
            _hash = 0;
            ((IStateVisitor)this).Module("", root);
            return _hash;
        }
    }

    void IStateVisitor.Parameter(string name, Parameter? parameter) => Mix(parameter, parameter is { IsFrozen: true });

    void IStateVisitor.Buffer(string name, Buffer? buffer) => Mix(buffer, flag: false);

    void IStateVisitor.Module(string name, Module? module)
    {
        Mix(module, module is { IsTraining: true });
        module?.Visit(this);
        Mix(null, flag: true);
    }

    private void Mix(object? identity, bool flag)
    {
        ulong value = ((ulong)(uint)RuntimeHelpers.GetHashCode(identity) << 1) | (flag ? 1UL : 0UL);
        _hash = (long)(((ulong)_hash ^ value) * 0x9E3779B97F4A7C15UL);
        _hash ^= (long)((ulong)_hash >> 29);
    }
}
