using Descent.Kernels;

namespace Descent;

/// <summary>Copies a value to where its elements lie otherwise: a layout conversion, a view made real, a result handed out.</summary>
internal sealed unsafe class CopyLaunch : Launch
{
    private readonly PlanBuffer _from;
    private readonly PlanBuffer _to;
    private readonly long _fromOffset;
    private readonly long _toOffset;
    private readonly int _size;
    private readonly StridedCopy _copy;

    public CopyLaunch(Place from, Place to, DType type, string? name = null)
    {
        (_from, _to, _size) = (from.Buffer, to.Buffer, type.Size());
        (_fromOffset, _toOffset) = (from.View.Offset * _size, to.View.Offset * _size);

        // Axes in the order of the destination, so that writes run forward.
        Strided target = to.View;
        int[] axes = [.. Enumerable.Range(0, target.Shape.Rank).OrderByDescending(axis => Math.Abs(target[axis])).ThenBy(axis => axis)];
        _copy = new StridedCopy(
            [.. axes.Select(axis => target.Shape[axis])],
            [.. axes.Select(axis => (nint)from.View[axis])],
            [.. axes.Select(axis => (nint)target[axis])]);
        Detail = target.Shape.ToString();
        Name = name ?? (target.IsDense() ? "copy to row major" : "copy to channels last");
    }

    public override string Name { get; }

    public override string Detail { get; }

    protected override int Units(int phase) => _copy.Units;

    protected override void RunUnits(int phase, int first, int last, int worker)
    {
        byte* from = (byte*)Run[_from] + _fromOffset;
        byte* to = (byte*)Run[_to] + _toOffset;
        switch (_size)
        {
            case 1:
                _copy.Run(from, to, first, last);
                break;
            case 4:
                _copy.Run((float*)from, (float*)to, first, last);
                break;
            default:
                _copy.Run((double*)from, (double*)to, first, last);
                break;
        }
    }
}
