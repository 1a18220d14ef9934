using System.Text.Json;

namespace Descent;

/// <summary>Preprocessing against what preprocessing.py computed with NumPy.</summary>
public class PreprocessingKindTests
{
    private static readonly JsonElement s_reference =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "preprocessing.json"))).RootElement;

    public static TheoryData<string> Kinds => [.. s_reference.GetProperty("results").EnumerateObject().Select(result => result.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Numbers_are_those_of_NumPy(string kind)
    {
        double[] expected = [.. s_reference.GetProperty("results").GetProperty(kind).EnumerateArray().Select(value => value.GetDouble())];
        IDataset data = Images();
        Preprocessing fitted = PreprocessingKind.Parse(kind).Fit(data);
        IDataset view = data.With(fitted);
        float[] found = view.InOrder(5).First().Images.ToArray<float>();
        Assert.Equal(expected.Length, found.Length);
        double largest = expected.Max(Math.Abs);

        // Covariances are added up in single precision; whitening divides by their roots.
        double tolerance = largest * (kind.Contains(':') ? 2e-4 : 2e-6);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.Equal(PreprocessingKind.Parse(kind).OutputShape(data.ImageShape), view.InputShape());
        Assert.Equal([5, .. view.InputShape().Sizes], view.InOrder(5).First().Images.Shape.Sizes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_fitted_is_recorded_and_read_back(string kind)
    {
        Preprocessing fitted = PreprocessingKind.Parse(kind).Fit(Images());
        Dictionary<string, float[]> tensors = fitted.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.ToArray<float>());
        Assert.All(tensors.Keys, name => Assert.True(Preprocessing.Names(name)));
        Preprocessing read = Preprocessing.FromJson(fitted.ToJson(), tensors);
        Assert.Equal(fitted, read);
        Assert.Equal(fitted.OutputShape(new(2, 3, 4)), read.OutputShape(new(2, 3, 4)));
        Assert.Equal(kind, PreprocessingKind.Parse(kind).ToString());
        if (kind.Contains(':'))
        {
            Assert.Contains("lacks its tensor preprocessing.matrix", Assert.Throws<ArgumentException>(() => Preprocessing.FromJson(fitted.ToJson())).Message);
            tensors["preprocessing.matrix"][3] += 1;
            Assert.NotEqual(fitted, Preprocessing.FromJson(fitted.ToJson(), tensors));
        }
    }

    [Fact]
    public void Rows_of_numbers_are_fitted_alike()
    {
        float[] rows = [1, 10, 2, 20, 3, 60];
        NumberDataset data = NumberDataset.Regression(new(2), rows, [1, 2, 3], ["y"]);
        Preprocessing standard = PreprocessingKind.Standardize.Fit(data);
        Assert.All(data.Preprocessing.Mean.Zip(standard.Mean), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(data.Preprocessing.Deviation.Zip(standard.Deviation), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal([-1f, -20f, 0f, -10f, 1f, 30f], data.With(PreprocessingKind.Parse("mean-image").Fit(data)).InOrder(3).Single().Images.ToArray<float>());
        Assert.Equal(rows, data.With(PreprocessingKind.Parse("scale").Fit(data)).InOrder(3).Single().Images.ToArray<float>());
        (Tensor components, _) = data.With(PreprocessingKind.Parse("pca:1").Fit(data)).InOrder(3).Single();
        Assert.Equal(new Shape(3, 1), components.Shape);
    }

    [Fact]
    public void A_part_is_fitted_by_itself()
    {
        IDataset data = Images(), part = new Subset(data, Enumerable.Range(0, 20));
        Preprocessing ofPart = PreprocessingKind.Standardize.Fit(part);
        Assert.NotEqual(PreprocessingKind.Standardize.Fit(data), ofPart);
        Assert.Equal(Preprocessing.Of(Enumerable.Range(0, 20).SelectMany(i => data.Image(i).ToArray()).ToArray(), data.ImageShape), ofPart);
        Assert.Equal(data.Preprocessing, PreprocessingKind.Standardize.Fit(data));
    }

    [Theory]
    [InlineData("zac", "did you mean 'zca'?")]
    [InlineData("pca:0", "'pca' is written pca[:K]")]
    [InlineData("pca:5-1", "'pca' is written pca[:K]")]
    [InlineData("scale:2", "'scale' is written scale,")]
    [InlineData("whiten:3-x", "whiten[:K[-EPSILON]]")]
    [InlineData("zca:-1", "zca[:EPSILON]")]
    public void What_is_no_preprocessing_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => PreprocessingKind.Parse(text)).Message);

    [Fact]
    public void What_cannot_be_fitted_is_refused_with_the_fix()
    {
        IDataset data = Images();
        Assert.Contains("more components than inputs", Refused(data, "pca:25"));
        Assert.Contains("divides by 0", Refused(new ImageDataset(new(1, 1, 2), [1, 1, 3, 3], [0, 0], ["a"]), "zca:0"));
        var large = new ImageDataset(new(1, 65, 64), new byte[65 * 64], [0], ["a"]);
        Assert.Contains("--size N", Refused(large, "zca"));

        static string Refused(IDataset data, string text) => Assert.Throws<ArgumentException>(() => PreprocessingKind.Parse(text).Fit(data)).Message;
    }

    private static ImageDataset Images()
    {
        int[] shape = [.. s_reference.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        byte[] pixels = Convert.FromHexString(s_reference.GetProperty("images").GetString()!);
        var imageShape = new Shape(shape);
        return new(imageShape, pixels, new byte[pixels.Length / imageShape.Count], ["a"]);
    }
}
