namespace Descent.Kernels.Tests;

/// <summary>Winograd convolution where its tiles, vectors and panels do not fit the image and its channels.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed class WinogradTests
{
    private static readonly int[] Sides = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14];

    private static readonly int[] Channels = [1, 3, 15, 16, 17, 33];

    private static readonly (int Top, int Left, int Bottom, int Right)[] Paddings = [(0, 0, 0, 0), (1, 1, 1, 1), (2, 2, 2, 2), (0, 1, 2, 0), (2, 0, 1, 1)];

    /// <summary>Every pair of sides, and with them in turn every pair of channels, every padding and one to three images.</summary>
    public static TheoryData<int> Heights => [.. Sides];

    [Theory]
    [MemberData(nameof(Heights))]
    public void Forward_equals_its_definition_at_odd_sizes(int height) => Check(height, Conv2dCheck.Forward);

    [Theory]
    [MemberData(nameof(Heights))]
    public void BackwardInput_equals_its_definition_at_odd_sizes(int height) => Check(height, Conv2dCheck.BackwardInput);

    [Theory]
    [MemberData(nameof(Heights))]
    public void BackwardWeight_equals_its_definition_at_odd_sizes(int height) => Check(height, Conv2dCheck.BackwardWeight);

    [Theory]
    [InlineData(1, 5, 6, 3)]
    [InlineData(17, 9, 7, 16)]
    [InlineData(5, 4, 8, 35)]
    public void Epilogues_act_on_the_finished_sums(int c, int h, int w, int k) => Conv2dCheck.Epilogues(Same(2, c, h, w, k));

    [Theory]
    [InlineData(1, 40, 9, 9, 300)] // few tiles: panels are shared out
    [InlineData(33, 20, 12, 12, 20)] // several blocks that end within a row of tiles
    [InlineData(1, 4, 70, 70, 4)] // rows longer than a strip
    public void Work_is_shared_out(int n, int c, int h, int w, int k)
    {
        Conv2dShape s = Same(n, c, h, w, k);
        Assert.True(new Conv2dForwardPlan(s, Conv2dAlgorithm.Winograd).Units(0) > 1);
        Conv2dCheck.Forward(s);
        Conv2dCheck.BackwardInput(s);
        Conv2dCheck.BackwardWeight(s);
    }

    [Theory]
    [InlineData(1, 8, 8)] // four tiles: too few for registers of eight rows
    [InlineData(1, 8, 13)] // eight
    [InlineData(3, 9, 11)] // 27: the last eight overlap with those before
    public void Sixteen_channels_on_both_sides_keep_the_weights_in_registers(int n, int h, int w)
    {
        Conv2dCheck.Forward(Same(n, 16, h, w, 16));
        Conv2dCheck.BackwardInput(Same(n, 16, h, w, 16));
    }

    [Theory]
    [InlineData(3, 171, 6, 9, 171)]
    [InlineData(1, 320, 4, 4, 96)]
    public void Many_channels_are_multiplied_plane_by_plane(int n, int c, int h, int w, int k)
    {
        Conv2dShape s = Same(n, c, h, w, k);
        Assert.Equal(3, new Conv2dForwardPlan(s, Conv2dAlgorithm.Winograd).Phases);
        Conv2dCheck.Forward(s);
        Conv2dCheck.BackwardInput(s);
        Conv2dCheck.Epilogues(s);
    }

    [Fact]
    public void Many_tiles_of_many_channels_are_multiplied_in_rounds()
    {
        // Rounds of 31 and of 30 tiles.
        Conv2dShape s = Same(61, 33, 2, 2, 885);
        Assert.Equal(2 * 3, new Conv2dForwardPlan(s, Conv2dAlgorithm.Winograd).Phases);
        Assert.Equal((2 * 2) + 1, new Conv2dBackwardWeightPlan(s, Conv2dAlgorithm.Winograd).Phases);
        Conv2dCheck.Forward(s);
        Conv2dCheck.BackwardWeight(s);
    }

    [Theory]
    [InlineData(5, 171, 6, 9, 171)]
    [InlineData(61, 33, 2, 2, 885)]
    public void Planes_that_threads_hand_to_each_other_have_the_same_bits(int n, int c, int h, int w, int k) => Conv2dCheck.SharedWinograd(Same(n, c, h, w, k));

    [Theory]
    [InlineData(2, 16, 7, 9, 5)]
    [InlineData(1, 80, 14, 5, 33)] // more channels than are read together
    [InlineData(5, 176, 6, 9, 171)] // plane by plane
    public void A_prologue_has_the_bits_of_what_it_stands_for(int n, int c, int h, int w, int k) => Conv2dCheck.Prologue(Same(n, c, h, w, k));

    [Theory]
    [InlineData(17, Conv2dAlgorithm.Winograd)]
    [InlineData(16, Conv2dAlgorithm.Direct)]
    public void A_prologue_that_it_does_not_take_is_refused(int channels, Conv2dAlgorithm algorithm)
    {
        Conv2dShape s = Same(1, channels, 8, 8, 4);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new Conv2dForwardPlan(s, algorithm, Epilogue.None, shared: false, Prologue.ScaleShiftRelu));
        Assert.Contains($"{algorithm} takes no prologue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_it_does_not_serve_is_refused()
    {
        var strided = new Conv2dShape(1, 16, 8, 8, 16, 3, 3, StrideH: 2, StrideW: 2);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Conv2dForwardPlan(strided, Conv2dAlgorithm.Winograd));
        Assert.Contains("Winograd does not serve", error.Message, StringComparison.Ordinal);
        Assert.Contains("what does: Direct", error.Message, StringComparison.Ordinal);
    }

    private static void Check(int height, Action<Conv2dShape> check)
    {
        int number = height;
        foreach (int width in Sides)
        {
            foreach ((int top, int left, int bottom, int right) in Paddings)
            {
                // Steps without a common divisor with the counts meet all combinations in time.
                number += 7;
                int c = Channels[number % Channels.Length], k = Channels[number / Channels.Length % Channels.Length];
                var s = new Conv2dShape(1 + (number % 3), c, height, width, k, 3, 3, 1, 1, top, left, bottom, right);
                if (s.ExtentH <= s.PaddedH && s.ExtentW <= s.PaddedW)
                {
                    check(s);
                }
            }
        }
    }

    private static Conv2dShape Same(int n, int c, int h, int w, int k) => new(n, c, h, w, k, 3, 3, 1, 1, 1, 1, 1, 1);
}
