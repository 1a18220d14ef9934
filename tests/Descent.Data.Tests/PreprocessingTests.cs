namespace Descent;

public class PreprocessingTests
{
    [Fact]
    public void Images_of_each_channel_get_mean_0_and_deviation_1()
    {
        var random = new Random(1);
        var shape = new Shape(3, 5, 7);
        byte[] pixels = new byte[11 * shape.Count];
        random.NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
        {
            // Channel 0 dark, channel 1 bright, channel 2 constant.
            int channel = i / 35 % 3;
            pixels[i] = channel == 0 ? (byte)(pixels[i] / 4) : channel == 1 ? (byte)(128 + pixels[i] / 2) : (byte)51;
        }

        Preprocessing preprocessing = Preprocessing.Of(pixels, shape);
        double[] sums = new double[3], squares = new double[3];
        float[] numbers = new float[105];
        for (int image = 0; image < 11; image++)
        {
            preprocessing.Apply(pixels.AsSpan(105 * image, 105), numbers);
            for (int i = 0; i < 105; i++)
            {
                sums[i / 35] += numbers[i];
                squares[i / 35] += numbers[i] * numbers[i];
            }
        }

        Assert.All(sums, sum => Assert.Equal(0, sum / 385, 1e-5));
        Assert.Equal(1, squares[0] / 385, 1e-5);
        Assert.Equal(1, squares[1] / 385, 1e-5);
        Assert.Equal((0.2, 1), (preprocessing.Mean[2], preprocessing.Deviation[2]));
    }

    [Fact]
    public void A_number_does_not_depend_on_its_place_in_the_image()
    {
        var preprocessing = new Preprocessing([0.1307], [0.3081]);
        float[] one = new float[1];
        for (int length = 0; length < 150; length++)
        {
            byte[] image = [.. Enumerable.Range(0, length).Select(i => (byte)(255 - 7 * i))];
            float[] numbers = new float[length];
            preprocessing.Apply(image, numbers);
            for (int i = 0; i < length; i++)
            {
                preprocessing.Apply(image.AsSpan(i, 1), one);
                Assert.Equal(one[0], numbers[i]);
                Assert.Equal((image[i] / 255.0 - 0.1307) / 0.3081, numbers[i], 1e-6);
            }
        }
    }

    [Fact]
    public void What_is_recorded_is_read_back_exactly()
    {
        var written = new Preprocessing([0.1, 1.0 / 3], [Math.PI, 1e-9]);
        Preprocessing read = Preprocessing.FromJson(written.ToJson());
        Assert.Equal(written, read);
        Assert.Equal(written.GetHashCode(), read.GetHashCode());
        Assert.NotEqual(written, new([0.1, 1.0 / 3], [Math.PI, 2e-9]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"mean":[0.1]}""")]
    [InlineData("""{"mean":[0.1],"deviation":["1"]}""")]
    [InlineData("""{"mean":[0.1],"deviation":[0]}""")]
    [InlineData("""{"mean":[0.1],"deviation":[1,2]}""")]
    [InlineData("""{"mean":[],"deviation":[]}""")]
    [InlineData("""{"mean":[0.1],"deviation":[1e999]}""")]
    public void What_is_no_preprocessing_is_refused(string json) => Assert.Throws<ArgumentException>(() => Preprocessing.FromJson(json));
}
