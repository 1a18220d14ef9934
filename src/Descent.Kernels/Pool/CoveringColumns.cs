using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The output columns whose windows contain an input column, [First, Last), for columns visited in ascending order: no division.
/// </summary>
internal struct CoveringColumns(in Pool2dShape s)
{
    private readonly int _pad = s.PadLeft, _kernel = s.KernelW, _stride = s.StrideW, _outputs = s.OutW;

    public int First { get; private set; }

    /// <summary>Possibly less than <see cref="First"/>, where no window contains the column.</summary>
    public int Last { get; private set; }

    [MethodImpl(Jit.Inline)]
    public void MoveTo(int w)
    {
        int position = w + _pad;
        while ((First * _stride) + _kernel <= position)
        {
            First++;
        }
        while (Last < _outputs && Last * _stride <= position)
        {
            Last++;
        }
    }
}
