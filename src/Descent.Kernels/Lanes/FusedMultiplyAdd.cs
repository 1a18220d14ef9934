using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels;

/// <summary>Whether a·b + c is rounded once: fixed per process, so that vectors of all widths agree bit for bit.</summary>
internal static class FusedMultiplyAdd
{
    public static bool IsSupported
    {
        [MethodImpl(Jit.Inline)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }
}
