using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>Rows of zeros with a one at the label: <c>y[r, k] = 1 if k = label[r], else 0</c>.</summary>
public static unsafe class OneHot
{
    /// <summary>Writes the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>) of <paramref name="classes"/> elements.</summary>
    /// <returns>The first row whose label is outside [0, classes), which is all zeros; −1 when there is none.</returns>
    [MethodImpl(Jit.Hot)]
    public static nint Run<T>(long* labels, nint classes, T* y, nint firstRow, nint lastRow)
        where T : unmanaged, INumberBase<T>
    {
        nint firstBad = -1;
        for (nint row = firstRow; row < lastRow; row++)
        {
            T* target = y + (row * classes);
            new Span<T>(target, checked((int)classes)).Clear();
            long label = labels[row];
            if ((ulong)label < (ulong)classes)
            {
                target[label] = T.One;
            }
            else if (firstBad < 0)
            {
                firstBad = row;
            }
        }
        return firstBad;
    }
}
