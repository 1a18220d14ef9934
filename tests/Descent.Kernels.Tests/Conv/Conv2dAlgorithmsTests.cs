namespace Descent.Kernels.Tests;

[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed class Conv2dAlgorithmsTests
{
    [Theory]
    [InlineData(128, 16, 32, 16, Conv2dAlgorithm.Winograd)]
    [InlineData(64, 64, 32, 64, Conv2dAlgorithm.Winograd)]
    [InlineData(64, 256, 8, 256, Conv2dAlgorithm.Winograd)]
    [InlineData(128, 3, 32, 16, Conv2dAlgorithm.Direct)] // transforms cost more than the products they save
    [InlineData(128, 64, 1, 64, Conv2dAlgorithm.Direct)] // a tile of 16 pixels for one
    public void The_fastest_is_the_one_that_measures_fastest(int n, int c, int size, int k, Conv2dAlgorithm expected)
    {
        var s = new Conv2dShape(n, c, size, size, k, 3, 3, 1, 1, 1, 1, 1, 1);
        Assert.Equal(expected, Conv2dAlgorithms.Fastest(s, Conv2dPass.Forward));
        Assert.Equal(expected, new Conv2dForwardPlan(s).Algorithm);
    }

    [Theory]
    [InlineData(Conv2dPass.Forward)]
    [InlineData(Conv2dPass.BackwardInput)]
    [InlineData(Conv2dPass.BackwardWeight)]
    public void Candidates_come_in_order_of_time_and_the_direct_one_is_the_most_exact(Conv2dPass pass)
    {
        IReadOnlyList<Conv2dCandidate> candidates = Conv2dAlgorithms.For(new Conv2dShape(8, 32, 16, 16, 32, 3, 3, 1, 1, 1, 1, 1, 1), pass);
        Assert.Equal([Conv2dAlgorithm.Winograd, Conv2dAlgorithm.Direct], candidates.Select(c => c.Algorithm));
        Assert.True(candidates[0].Seconds < candidates[1].Seconds);
        Assert.True(candidates[0].Error > candidates[1].Error);
    }

    [Fact]
    public void Each_kind_of_shape_has_its_algorithms()
    {
        var dense = new Conv2dShape(1, 4, 8, 8, 4, 3, 3);
        Conv2dAlgorithm[] Of(Conv2dShape s) => [.. Conv2dAlgorithms.For(s, Conv2dPass.Forward).Select(c => c.Algorithm).Order()];
        Assert.Equal([Conv2dAlgorithm.Direct, Conv2dAlgorithm.Winograd], Of(dense));
        Assert.Equal([Conv2dAlgorithm.Depthwise], Of(dense with { Groups = 4 }));
        foreach (Conv2dShape s in (Conv2dShape[])[dense with { Groups = 2 }, dense with { StrideW = 2 }, dense with { DilationH = 2 }, dense with { PadLeft = 3 }])
        {
            Assert.Equal([Conv2dAlgorithm.Direct], Of(s));
        }
    }
}
