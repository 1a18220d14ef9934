namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class AttentionPlanTests
{
    // Sums of up to some hundred products of numbers below 1, exponentials, and sums of those, in single precision.
    private const double Tolerance = 5e-6;

    public static TheoryData<int, int, int, int, bool, bool> Shapes => new()
    {
        { 1, 1, 1, 1, false, false },
        { 5, 3, 7, 2, false, true },
        { 65, 65, 64, 64, false, false },
        { 65, 65, 64, 64, true, true },
        { 17, 40, 16, 33, true, false },
        { 40, 17, 9, 16, true, false },
        { 70, 700, 24, 20, false, true }, // Several blocks of rows.
        { 300, 300, 8, 8, true, false },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Both_passes_equal_their_definition(int queries, int keys, int width, int valueWidth, bool causal, bool masked)
    {
        // Rows lie apart, as those of heads cut out of one projection do.
        const int Gap = 3;
        var s = new AttentionShape(queries, keys, width, valueWidth)
        {
            Scale = 1 / Math.Sqrt(width),
            Causal = causal,
            LdQ = width + Gap,
            LdK = width + Gap,
            LdV = valueWidth + Gap,
            LdO = valueWidth + Gap,
            LdMask = masked ? keys : 0,
            LdDO = valueWidth + Gap,
            LdDQ = width + Gap,
            LdDK = width + Gap,
            LdDV = valueWidth + Gap,
        };
        double[] q = Samples.Doubles(queries * width, 1), k = Samples.Doubles(keys * width, 2), v = Samples.Doubles(keys * valueWidth, 3);
        double[] mask = masked ? Samples.Doubles((long)queries * keys, 4) : [], dO = Samples.Doubles(queries * valueWidth, 5);
        double[] o = new double[queries * valueWidth], logSum = new double[queries];
        AttentionReference.Forward(s, q, k, v, mask, o, logSum);
        double[] dq = new double[q.Length], dk = new double[k.Length], dv = new double[v.Length];
        AttentionReference.Backward(s, q, k, v, mask, o, logSum, dO, dq, dk, dv);

        using GuardedArray fq = Apart(q, width, Gap), fk = Apart(k, width, Gap), fv = Apart(v, valueWidth, Gap), fdO = Apart(dO, valueWidth, Gap);
        using GuardedArray fmask = GuardedArray.Of(Samples.Floats(mask)), flogSum = new(queries);
        using GuardedArray fo = Apart(o, valueWidth, Gap), fdq = Apart(dq, width, Gap), fdk = Apart(dk, width, Gap), fdv = Apart(dv, valueWidth, Gap);
        var operands = new AttentionOperands
        {
            Q = fq.Floats,
            K = fk.Floats,
            V = fv.Floats,
            O = fo.Floats,
            Mask = masked ? fmask.Floats : null,
            LogSum = flogSum.Floats,
            DO = fdO.Floats,
            DQ = fdq.Floats,
            DK = fdk.Floats,
            DV = fdv.Floats,
        };
        var forward = new AttentionForwardPlan(s);
        using GuardedArray scratch = new(forward.WorkspaceFloats);
        Units.All(
            forward.Blocks,
            (first, last) =>
            {
                for (int block = first; block < last; block++)
                {
                    scratch.Span.Fill(float.NaN);
                    forward.Run(block, operands, scratch.Floats);
                }
            },
            fo,
            flogSum);
        AssertRows(o, fo, valueWidth, Gap);
        Samples.AssertClose(logSum, flogSum.Span, Tolerance);

        var backward = new AttentionBackwardPlan(s);
        using GuardedArray more = new(backward.WorkspaceFloats);
        Units.All(
            1,
            (first, last) =>
            {
                if (first < last)
                {
                    more.Span.Fill(float.NaN);
                    backward.Run(operands, more.Floats);
                }
            },
            fdq,
            fdk,
            fdv);
        AssertRows(dq, fdq, width, Gap);
        AssertRows(dk, fdk, width, Gap);
        AssertRows(dv, fdv, valueWidth, Gap);
    }

    [Fact]
    public void A_query_that_sees_no_key_is_NaN_and_alone()
    {
        var s = new AttentionShape(2, 3, 4, 4) { LdMask = 3 };
        using GuardedArray q = new(8), kv = new(12), o = new(8), logSum = new(2), mask = new(6);
        kv.Span.Fill(1);
        q.Span.Fill(1);
        mask.Span[..3].Fill(float.NegativeInfinity);
        var plan = new AttentionForwardPlan(s);
        using GuardedArray scratch = new(plan.WorkspaceFloats);
        var operands = new AttentionOperands { Q = q.Floats, K = kv.Floats, V = kv.Floats, O = o.Floats, Mask = mask.Floats, LogSum = logSum.Floats };
        plan.Run(0, operands, scratch.Floats);
        Assert.All(o.Span[..4].ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.All(o.Span[4..].ToArray(), value => Assert.Equal(1f, value, 1e-6f));
    }

    private static GuardedArray Apart(double[] values, int columns, int gap)
    {
        int rows = values.Length / columns;
        var result = new GuardedArray((rows * (columns + gap)) - gap);
        for (int i = 0; i < values.Length; i++)
        {
            result.Span[(i / columns * (columns + gap)) + (i % columns)] = (float)values[i];
        }
        return result;
    }

    /// <summary>The rows are right, and what lies between them is as it was.</summary>
    private static void AssertRows(double[] expected, GuardedArray actual, int columns, int gap)
    {
        double[] apart = new double[actual.Length];
        Array.Fill(apart, double.NaN);
        for (int i = 0; i < expected.Length; i++)
        {
            apart[(i / columns * (columns + gap)) + (i % columns)] = expected[i];
        }
        Samples.AssertClose(apart, actual.Span, Tolerance * Math.Max(1, expected.Select(Math.Abs).Max()));
    }
}
