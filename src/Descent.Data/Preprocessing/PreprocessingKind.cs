using System.Globalization;

namespace Descent;

/// <summary>A preprocessing by its name, before it is fitted to data: <c>standardize</c>, <c>pca:100</c>, <c>zca:0.01</c>.</summary>
/// <remarks>
/// <para><c>scale</c>: bytes by 255, nothing else. <c>channel-mean</c>: less the mean of each channel. <c>mean-image</c>: less the mean of each
/// pixel. <c>standardize</c>: less the mean of each channel, by its deviation; in rows of numbers each number is a channel.</para>
/// <para><c>pca[:K]</c>: less the mean of each pixel, then the coordinates along the K directions of the largest variance, (K).
/// <c>whiten[:K[-ε]]</c>: the same coordinates by √(variance + ε). <c>zca[:ε]</c>: all whitened coordinates turned back, so that images look like
/// images. Variances are those of values in [0, 1] where they are bytes, and divided by N.</para>
/// <para>All as in the notes of Stanford's course CS231n, "Neural Networks Part 2: Setting up the Data".</para>
/// </remarks>
public sealed class PreprocessingKind
{
    private const int MostComponents = 4096, DefaultComponents = 100;
    private const double DefaultEpsilon = 1e-2;

    private static readonly string[] s_names = ["standardize", "scale", "channel-mean", "mean-image", "pca", "whiten", "zca"];

    private readonly string _name;
    private readonly int _components;
    private readonly double _epsilon;

    private PreprocessingKind(string name, int components = DefaultComponents, double epsilon = DefaultEpsilon) =>
        (_name, _components, _epsilon) = (name, components, epsilon);

    /// <summary>Mean 0 and deviation 1 in each channel.</summary>
    public static PreprocessingKind Standardize { get; } = new("standardize");

    /// <summary>Every kind there is, as <see cref="Parse"/> takes it.</summary>
    public static IReadOnlyList<string> Usages { get; } = [.. s_names.Select(Usage)];

    /// <summary>Reads <c>NAME</c>, <c>pca:K</c>, <c>whiten:K</c>, <c>whiten:K-ε</c> or <c>zca:ε</c>.</summary>
    /// <exception cref="ArgumentException">There is no such preprocessing (the message names the nearest), or a number is not valid.</exception>
    public static PreprocessingKind Parse(string text)
    {
        string[] pair = text.Split(':', 2);
        string name = pair[0];
        if (!s_names.Contains(name))
        {
            throw new ArgumentException(
                $"Unknown preprocessing '{name}'; did you mean '{NearestName.To(name, s_names)}'? Known are {string.Join(", ", Usages)}.");
        }

        if (pair.Length == 1)
        {
            return new(name);
        }

        string[] numbers = pair[1].Split('-', 2);
        int components = DefaultComponents;
        double epsilon = DefaultEpsilon;
        bool isValid = (name, numbers.Length) switch
        {
            ("pca" or "whiten", 1) => IsCount(numbers[0], out components),
            ("whiten", 2) => IsCount(numbers[0], out components) && IsEpsilon(numbers[1], out epsilon),
            ("zca", _) => IsEpsilon(pair[1], out epsilon),
            _ => false,
        };
        return isValid
            ? new(name, components, epsilon)
            : throw new ArgumentException(
                $"The preprocessing '{name}' is written {Usage(name)}, K from 1 to {MostComponents} and EPSILON from 0 on, not '{text}'.");
    }

    /// <summary>Shape of what a network gets for inputs of this shape.</summary>
    public Shape OutputShape(Shape input) => _name is "pca" or "whiten" ? new(_components) : input;

    /// <summary>Shape of what a network gets for the inputs of a data set; texts stay as they are.</summary>
    public Shape OutputShape(IDataset data) => data.InputType == DType.F32 ? OutputShape(data.ImageShape) : data.ImageShape;

    /// <summary>Says what keeps it from being fitted to a data set.</summary>
    /// <exception cref="ArgumentException">Its inputs are too large or too small for a matrix.</exception>
    public void ThrowIfNotFor(IDataset data)
    {
        long size = data.ImageShape.Count;
        if (_name is not ("pca" or "whiten" or "zca") || data.InputType != DType.F32)
        {
            return;
        }

        if (size > MostComponents)
        {
            throw new ArgumentException(
                $"The preprocessing '{this}' needs inputs of at most {MostComponents} numbers, but {data.ImageShape} has {size}: load smaller images, --size N.");
        }

        if (_name != "zca" && _components > size)
        {
            throw new ArgumentException(
                $"The preprocessing '{this}' asks for more components than inputs {data.ImageShape} have numbers, {size}: give at most so many.");
        }
    }

    /// <summary>Fits it to a training set. Texts stay as they are.</summary>
    /// <exception cref="ArgumentException">The set is empty, or its inputs are too large or too small for a matrix.</exception>
    /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
    public Preprocessing Fit(IDataset data)
    {
        if (data.InputType != DType.F32)
        {
            return data.Preprocessing;
        }

        if (data.Count == 0)
        {
            throw new ArgumentException($"The preprocessing '{this}' cannot be fitted: the data set is empty.", nameof(data));
        }

        ThrowIfNotFor(data);
        (double[] mean, double[] deviation) = ChannelStatistics.Of(data);
        double[] zero = new double[mean.Length], one = [.. mean.Select(_ => 1.0)];
        switch (_name)
        {
            case "standardize": return new(mean, deviation);
            case "scale": return new(zero, one);
            case "channel-mean": return new(mean, one);
        }

        double[] image = ChannelStatistics.MeanOf(data);
        float[] meanImage = Array.ConvertAll(image, value => (float)value);
        return _name == "mean-image" ? new(mean, one, meanImage) : new(mean, one, meanImage, Matrix(data, meanImage), keepsShape: _name == "zca");
    }

    /// <summary>The text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => _name switch
    {
        "pca" => $"pca:{_components}",
        "whiten" => FormattableString.Invariant($"whiten:{_components}-{_epsilon}"),
        "zca" => FormattableString.Invariant($"zca:{_epsilon}"),
        _ => _name,
    };

    private static string Usage(string name) => name switch
    {
        "pca" => "pca[:K]",
        "whiten" => "whiten[:K[-EPSILON]]",
        "zca" => "zca[:EPSILON]",
        _ => name,
    };

    private static bool IsCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= MostComponents;

    private static bool IsEpsilon(string text, out double epsilon) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out epsilon)
        && epsilon >= 0 && double.IsFinite(epsilon);

    private float[] Matrix(IDataset data, float[] meanImage)
    {
        int size = meanImage.Length;
        (double[] variances, double[] axes) = PrincipalAxes.Of(data, meanImage);
        int rows = _name == "zca" ? size : _components;
        var directions = Tensor.From<double>(axes.AsSpan(0, rows * size), new(rows, size));
        if (_name == "pca")
        {
            return directions.To(DType.F32).ToArray<float>();
        }

        // Sums in single precision leave noise where there is no variance.
        double[] scales = [.. variances.Take(rows).Select(variance => 1 / Math.Sqrt(Math.Max(variance, 0) + _epsilon))];
        if (Math.Max(variances[rows - 1], 0) + _epsilon <= 1e-7 * variances[0])
        {
            throw new ArgumentException($"The preprocessing '{this}' divides by 0: the data has directions without variance; give an EPSILON above 0.");
        }

        Tensor whitening = Tensor.From<double>(scales, new(rows, 1)) * directions;
        return (_name == "zca" ? directions.T.MatMul(whitening) : whitening).To(DType.F32).ToArray<float>();
    }
}
