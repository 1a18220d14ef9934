namespace Descent;

/// <summary>An op that moves no number: its output is its input seen through other steps. Most cost nothing in a plan.</summary>
internal abstract record ViewOp : Op
{
    /// <summary>The input seen as the output, where steps allow it without a copy.</summary>
    internal abstract bool TryView(in Strided input, out Strided output);

    public override void Reference(ReferenceCall call)
    {
        bool possible = TryView(Strided.Dense(call.XType(0).Shape), out Strided view);
        System.Diagnostics.Debug.Assert(possible, "A dense row-major input can be seen through every view.");
        ReadOnlySpan<double> x = call.X(0);
        Span<double> y = call.Y(0);
        Span<int> index = stackalloc int[Shape.MaxRank];
        index.Clear();
        long offset = view.Offset;
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[(int)offset];
            for (int axis = view.Shape.Rank - 1; axis >= 0; axis--)
            {
                offset += view[axis];
                if (++index[axis] < view.Shape[axis])
                {
                    break;
                }

                offset -= view[axis] * view.Shape[axis];
                index[axis] = 0;
            }
        }
    }
}
