namespace Descent.Kernels.Tests;

/// <summary>Laws of every elementwise loop.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class LoopTests
{
    private const int Longest = 257;

    /// <summary>A multiple of every vector length, so that this many elements have no tail.</summary>
    private const int Whole = 272;

    // Formulas of the samples take up to twenty roundings on values up to about 60; cancellation between them is bounded by the domain.
    private const double RelativeTolerance = 4e-6, AbsoluteTolerance = 4e-6;

    public static TheoryData<string> Names => [.. LoopCase.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_the_reference_in_double(string name)
    {
        LoopCase loop = Find(name);
        float[][] inputs = Sample(loop);
        double[][] expected = loop.Reference([.. inputs.Select(values => Array.ConvertAll(values, value => (double)value))]);
        float[][] actual = RunGuarded(loop, inputs, Whole, Guard.After);
        for (int k = 0; k < loop.Outputs; k++)
        {
            for (int i = 0; i < Whole; i++)
            {
                double allowed = AbsoluteTolerance + (RelativeTolerance * Math.Abs(expected[k][i]));
                Assert.True(
                    Math.Abs(actual[k][i] - expected[k][i]) <= allowed,
                    $"{name}: output {k} at {i} is {actual[k][i]:R}, expected {expected[k][i]:R}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_length_gives_the_bits_of_whole_vectors_and_touches_nothing_outside(string name)
    {
        LoopCase loop = Find(name);
        float[][] inputs = Sample(loop);
        float[][] whole = RunGuarded(loop, inputs, Whole, Guard.After);
        for (int n = 0; n <= Longest; n++)
        {
            foreach (Guard guard in (ReadOnlySpan<Guard>)[Guard.After, Guard.Before])
            {
                float[][] part = RunGuarded(loop, inputs, n, guard);
                for (int k = 0; k < loop.Outputs; k++)
                {
                    AssertSameBits(whole[k].AsSpan(0, n), part[k], $"{name}, n = {n}, output {k}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_output_may_be_any_of_the_inputs(string name)
    {
        LoopCase loop = Find(name);
        float[][] inputs = Sample(loop);
        float[][] expected = RunGuarded(loop, inputs, Longest, Guard.After);
        for (int k = 0; k < loop.Outputs; k++)
        {
            for (int shared = 0; shared < loop.Inputs; shared++)
            {
                float[][] copies = [.. inputs.Select(values => values.ToArray())];
                float[][] outputs = [.. Enumerable.Range(0, loop.Outputs).Select(_ => new float[Longest])];
                outputs[k] = copies[shared];
                Run(loop, copies, outputs, Longest);
                AssertSameBits(expected[k], outputs[k].AsSpan(0, Longest), $"{name}, output {k} in input {shared}");
            }
        }
    }

    [Fact]
    public void An_update_in_place_steps_all_its_states()
    {
        foreach (LoopCase loop in LoopCase.All.Where(c => c.Rule.Length > 0))
        {
            float[][] inputs = Sample(loop);
            float[][] expected = RunGuarded(loop, inputs, Longest, Guard.After);
            float[][] inPlace = [.. inputs.Where((_, i) => i != 1)];
            Run(loop, inputs, inPlace, Longest);
            for (int k = 0; k < loop.Outputs; k++)
            {
                AssertSameBits(expected[k], inPlace[k].AsSpan(0, Longest), $"{loop.Name}, output {k}");
            }
        }
    }

    private static LoopCase Find(string name) => LoopCase.All.Single(c => c.Name == name);

    private static float[][] Sample(LoopCase loop) =>
        [.. Enumerable.Range(0, loop.Inputs).Select(k => FloatSamples.Between(loop.Domain.Low, loop.Domain.High, Whole, 100 + k))];

    private static float[][] RunGuarded(LoopCase loop, float[][] inputs, int n, Guard guard)
    {
        GuardedBuffer[] buffers = [.. Enumerable.Range(0, loop.Inputs + loop.Outputs).Select(_ => new GuardedBuffer(n, guard))];
        try
        {
            for (int k = 0; k < loop.Inputs; k++)
            {
                inputs[k].AsSpan(0, n).CopyTo(buffers[k].Span);
            }

            loop.Run([.. buffers.Select(b => (nint)b.Pointer)], n);
            return [.. buffers[loop.Inputs..].Select(b => b.Span.ToArray())];
        }
        finally
        {
            Array.ForEach(buffers, b => b.Dispose());
        }
    }

    private static void Run(LoopCase loop, float[][] inputs, float[][] outputs, int n)
    {
        var handles = Array.ConvertAll([.. inputs, .. outputs], a => new System.Runtime.InteropServices.PinnedGCHandle<float[]>(a));
        loop.Run([.. handles.Select(h => (nint)System.Runtime.InteropServices.GCHandleExtensions.GetAddressOfArrayData(h))], n);
        Array.ForEach(handles, h => h.Dispose());
    }

    private static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                $"{where}: element {i} is {actual[i]:R}, expected {expected[i]:R}.");
        }
    }
}
