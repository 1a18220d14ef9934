using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>How transformed tiles are stored in their planes.</summary>
internal unsafe interface IPlaneStores
{
    static abstract void Store<V>(V value, float* to)
        where V : struct, ISimd<V>;
}

/// <summary>Through the caches, for the thread that stores.</summary>
internal readonly unsafe struct CachedStores : IPlaneStores
{
    [MethodImpl(Jit.Inline)]
    public static void Store<V>(V value, float* to)
        where V : struct, ISimd<V> => value.Store(to);
}

/// <summary>Past the caches, for other threads: see <see cref="Microkernel.GetStreaming"/>.</summary>
internal readonly unsafe struct StreamedStores : IPlaneStores
{
    [MethodImpl(Jit.Inline)]
    public static void Store<V>(V value, float* to)
        where V : struct, ISimd<V> => value.Stream(to);
}
