namespace Descent.Tests;

public class LayerTests
{
    private static readonly Shape s_image = new(2, 4, 7, 6);

    [Fact]
    public void Linear_maps_the_last_axis_of_any_rank()
    {
        Layer linear = Reference.Fill(new Linear(5, 4, new Rng(1)));
        Tensor x = Reference.Fill(new(2, 3, 5), 0.1);
        Assert.Equal(new Shape(2, 3, 4), linear.Forward(x).Shape);
        Assert.Equal(linear.Forward(x.Reshape(6, 5)).ToArray<float>(), linear.Forward(x).ToArray<float>());
    }

    [Fact]
    public void Batch_norm_moves_its_statistics_once_however_often_a_value_is_read()
    {
        var norm = new BatchNorm2d(4);
        Tensor y = norm.Forward(Reference.Fill(s_image, 0.1));
        y.ToArray<float>();
        float[] once = norm.RunningMean.ToArray<float>();
        y.Sum().Item();
        y.ToArray<float>();
        Assert.Equal(once, norm.RunningMean.ToArray<float>());
        Assert.Contains(once, value => value != 0);
    }

    [Fact]
    public void Sequential_applies_its_layers_in_order_and_names_them_by_position()
    {
        var rng = new Rng(1);
        var net = new Sequential(new Conv2d(4, 2, kernel: 3, rng), new Activation<Relu>(), new Flatten(), new Linear(40, 3, rng));
        Assert.Equal(["0.weight", "0.bias", "3.weight", "3.bias"], net.State().Keys);
        Tensor x = Reference.Fill(s_image, 0.1);
        Tensor y = net.Layers[3].Forward(net.Layers[0].Forward(x).Relu().Flatten());
        Assert.Equal(y.ToArray<float>(), net.Forward(x).ToArray<float>());
    }

    [Fact]
    public void Initial_values_have_the_stated_bounds_and_deviations()
    {
        var rng = new Rng(7);
        var shape = new Shape(200, 50);
        AssertUniform(Init.KaimingUniform(shape, fanIn: 50, rng), 1 / Math.Sqrt(50));
        AssertUniform(Init.KaimingUniform(shape, fanIn: 50, rng, slope: 0), Math.Sqrt(6.0 / 50));
        AssertUniform(Init.XavierUniform(shape, fanIn: 50, fanOut: 200, rng), Math.Sqrt(6.0 / 250));
        AssertNormal(Init.KaimingNormal(shape, fanIn: 50, rng), Math.Sqrt(2.0 / 50));
        AssertNormal(Init.XavierNormal(shape, fanIn: 50, fanOut: 200, rng), Math.Sqrt(2.0 / 250));
        AssertNormal(Init.He(shape, 50, rng), Math.Sqrt(2.0 / 50));

        // Of a normal cut at two deviations 0.8796 of the deviation is left.
        Tensor cut = Init.TruncatedNormal(shape, 0.02, rng);
        AssertNormal(cut, 0.02 * 0.87963);
        Assert.InRange(cut.ToArray<float>().Max(MathF.Abs), 0.0398, 0.04000001);
        Assert.InRange(cut.ToArray<float>().Count(x => Math.Abs(x) < 0.02) / (double)shape.Count, 0.70, 0.73);
        var linear = new Linear(50, 200, rng);
        AssertUniform(linear.Weight, 1 / Math.Sqrt(50));
        Assert.InRange(linear.Bias!.ToArray<float>().Max(MathF.Abs), 0.8 / Math.Sqrt(50), 1 / Math.Sqrt(50));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_by_name()
    {
        var rng = new Rng(1);
        Assert.Contains("groups", Assert.Throws<ArgumentException>(() => new Conv2d(4, 6, 3, rng, groups: 4)).Message);
        Assert.Contains("inFeatures", Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(0, 6, rng)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1, rng));
        Assert.Throws<ShapeException>(() => new BatchNorm2d(4).Forward(Tensor.Ones(new(2, 4))));
        var net = new LeNet5(rng);
        net.Parameters();
        Assert.Matches("^conv1: ", Assert.Throws<ShapeException>(() => net.Forward(Tensor.Ones(new(2, 3, 28, 28)))).Message);
    }

    [Fact]
    public void A_chosen_start_is_that_of_the_weight_and_leaves_the_bias_0()
    {
        var rng = new Rng(1);
        var linear = new Linear(50, 200, rng, init: Init.TruncatedNormal(0.02));
        var conv = new Conv2d(8, 200, kernel: 3, rng, groups: 2, init: Init.He);
        AssertNormal(linear.Weight, 0.02 * 0.87963);
        AssertNormal(conv.Weight, Math.Sqrt(2.0 / (4 * 9)));
        Assert.All(linear.Bias!.ToArray<float>().Concat(conv.Bias!.ToArray<float>()), value => Assert.Equal(0, value));
    }

    private static void AssertUniform(Tensor values, double bound)
    {
        float[] v = values.ToArray<float>();
        Assert.InRange(v.Max(), 0.99 * bound, bound);
        Assert.InRange(v.Min(), -bound, -0.99 * bound);
        Assert.InRange(v.Average() / bound, -0.03, 0.03);
    }

    private static void AssertNormal(Tensor values, double deviation)
    {
        float[] v = values.ToArray<float>();
        Assert.InRange(v.Average() / deviation, -0.05, 0.05);
        Assert.InRange(Math.Sqrt(v.Average(x => x * x)) / deviation, 0.97, 1.03);
    }
}
