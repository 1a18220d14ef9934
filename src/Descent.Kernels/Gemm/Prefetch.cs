using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Asks for a cache line before it is needed. Any address will do; nothing happens where the machine has no such instruction.</summary>
internal static unsafe class Prefetch
{
    [MethodImpl(Jit.Inline)]
    public static void ToFirstLevel(float* p)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(p);
        }
    }

    [MethodImpl(Jit.Inline)]
    public static void ToSecondLevel(float* p)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(p);
        }
    }
}
