using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Three vectors of sums that share a factor; kernels hold several of them in registers.</summary>
internal unsafe struct ThreeSums<V>
    where V : struct, ISimd<V>
{
    private V _a;
    private V _b;
    private V _c;

    /// <summary>Goes on from sums that lie one after the other.</summary>
    [MethodImpl(Jit.Inline)]
    public ThreeSums(float* sums) => (_a, _b, _c) = (V.Load(sums), V.Load(sums + V.Count), V.Load(sums + (2 * V.Count)));

    [MethodImpl(Jit.Inline)]
    public void MultiplyAdd(V a, V b, V c, V factor)
    {
        _a = V.MultiplyAdd(a, factor, _a);
        _b = V.MultiplyAdd(b, factor, _b);
        _c = V.MultiplyAdd(c, factor, _c);
    }

    /// <summary>Writes the sums one after the other.</summary>
    [MethodImpl(Jit.Inline)]
    public readonly void Store(float* sums)
    {
        _a.Store(sums);
        _b.Store(sums + V.Count);
        _c.Store(sums + (2 * V.Count));
    }

    /// <summary>Adds the sums to what lies at three distances from <paramref name="target"/>.</summary>
    [MethodImpl(Jit.Inline)]
    public readonly void AddTo(float* target, nint* distances)
    {
        (V.Load(target + distances[0]) + _a).Store(target + distances[0]);
        (V.Load(target + distances[1]) + _b).Store(target + distances[1]);
        (V.Load(target + distances[2]) + _c).Store(target + distances[2]);
    }
}
