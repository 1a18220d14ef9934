using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Descent.Kernels;

namespace Descent;

/// <summary>
/// How an input becomes the numbers that a network sees: <c>x = (v − mean) / deviation</c>, v a byte by 255 or a number as it is, with mean and
/// deviation of each channel, or the mean of each pixel; then, where there is one, a matrix: <c>y = M·x</c>.
/// </summary>
/// <remarks>
/// A trained network needs the preprocessing it was trained with; <see cref="ToJson"/> and <see cref="Tensors"/> are how it is recorded beside the
/// weights. <see cref="PreprocessingKind"/> fits one to data.
/// </remarks>
public sealed class Preprocessing : IEquatable<Preprocessing>
{
    private const string MeanImageName = "preprocessing.mean_image", MatrixName = "preprocessing.matrix";

    private readonly float[]? _meanImage, _matrix;
    private readonly bool _keepsShape;
    private Tensor? _transposed;

    /// <param name="mean">Mean of each channel, of values in [0, 1] where they are bytes.</param>
    /// <param name="deviation">Standard deviation of each channel; above zero.</param>
    /// <exception cref="ArgumentException">
    /// The lists differ in length, are empty, or a number is not finite or a deviation not positive.
    /// </exception>
    public Preprocessing(IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        bool areNumbers = mean.All(double.IsFinite) && deviation.All(value => value > 0 && double.IsFinite(value));
        if (mean.Count != deviation.Count || mean.Count == 0 || !areNumbers)
        {
            throw new ArgumentException(
                $"Preprocessing needs one finite mean and one positive deviation per channel, not mean [{string.Join(", ", mean)}] and "
                + $"deviation [{string.Join(", ", deviation)}].");
        }

        (Mean, Deviation) = (mean, deviation);
    }

    /// <param name="mean">Mean of each channel, which nothing is made of where there is a mean image.</param>
    /// <param name="deviation">Standard deviation of each channel.</param>
    /// <param name="meanImage">What is taken from each value of an input; null: the mean of its channel.</param>
    /// <param name="matrix">Rows of as many numbers as an input has; null: none.</param>
    /// <param name="keepsShape">True where the matrix gives images of the same shape.</param>
    internal Preprocessing(IReadOnlyList<double> mean, IReadOnlyList<double> deviation, float[]? meanImage, float[]? matrix = null, bool keepsShape = false)
        : this(mean, deviation)
    {
        bool fits = (meanImage is null || (meanImage.Length > 0 && meanImage.Length % mean.Count == 0))
            && (matrix is null || (meanImage is not null && matrix.Length > 0 && matrix.Length % meanImage.Length == 0
                && (!keepsShape || matrix.Length / meanImage.Length == meanImage.Length)));
        if (!fits || !Array.TrueForAll(meanImage ?? [], float.IsFinite) || !Array.TrueForAll(matrix ?? [], float.IsFinite))
        {
            throw new ArgumentException(
                $"A mean image of {meanImage?.Length ?? 0} numbers for {mean.Count} channels does not fit a matrix of {matrix?.Length ?? 0}, or a number "
                + "is not finite.");
        }

        (_meanImage, _matrix, _keepsShape) = (meanImage, matrix, keepsShape);
    }

    /// <summary>That of one channel whose values stay in [0, 1].</summary>
    public static Preprocessing None { get; } = new([0], [1]);

    /// <summary>Mean of each channel, of values in [0, 1].</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Standard deviation of each channel, of values in [0, 1].</summary>
    public IReadOnlyList<double> Deviation { get; }

    /// <summary>True where a matrix follows.</summary>
    internal bool HasMatrix => _matrix is not null;

    private int MatrixRows => _matrix!.Length / _meanImage!.Length;

    /// <summary>Shape of what a network gets: that of the inputs, or (K) of K components.</summary>
    public Shape OutputShape(Shape input) => _matrix is null || _keepsShape ? input : new(MatrixRows);

    /// <summary>The preprocessing that gives these images mean 0 and deviation 1 in each channel.</summary>
    /// <param name="pixels">Image after image, each in the order of <paramref name="imageShape"/>.</param>
    /// <param name="imageShape">Shape of one image: (C, H, W).</param>
    /// <remarks>A channel that is the same everywhere keeps deviation 1.</remarks>
    public static Preprocessing Of(ReadOnlySpan<byte> pixels, Shape imageShape)
    {
        long[] sums = new long[imageShape[0]], squares = new long[imageShape[0]];
        int size = (int)imageShape.Count;
        for (int start = 0; start + size <= pixels.Length; start += size)
        {
            AddMoments(pixels.Slice(start, size), sums, squares);
        }

        return Of(sums, squares, pixels.Length / size * (size / sums.Length));
    }

    /// <summary>That of images whose bytes were added up.</summary>
    /// <param name="sums">Of each channel.</param>
    /// <param name="squares">Sums of squares.</param>
    /// <param name="count">Bytes of each channel.</param>
    internal static Preprocessing Of(ReadOnlySpan<long> sums, ReadOnlySpan<long> squares, long count)
    {
        double[] mean = new double[sums.Length], deviation = new double[sums.Length];
        for (int c = 0; c < sums.Length; c++)
        {
            // Sums of integers are exact, so the difference of the two squares loses nothing that matters.
            mean[c] = count == 0 ? 0 : (double)sums[c] / count / 255;
            double variance = count == 0 ? 0 : (double)squares[c] / count / (255.0 * 255) - mean[c] * mean[c];
            deviation[c] = variance > 1e-12 ? Math.Sqrt(variance) : 1;
        }

        return new(mean, deviation);
    }

    /// <summary>The numbers of one image, up to the matrix.</summary>
    /// <param name="image">Bytes, channel after channel.</param>
    /// <param name="numbers">As many numbers.</param>
    public void Apply(ReadOnlySpan<byte> image, Span<float> numbers)
    {
        if (_meanImage is not null)
        {
            for (int i = 0; i < image.Length; i++)
            {
                numbers[i] = MathF.FusedMultiplyAdd(image[i], 1f / 255, -_meanImage[i]);
            }

            return;
        }

        int plane = image.Length / Mean.Count;
        for (int c = 0; c < Mean.Count; c++)
        {
            float scale = (float)(1 / (255 * Deviation[c])), shift = (float)(-Mean[c] / Deviation[c]);
            ScaleShift(image.Slice(c * plane, plane), numbers.Slice(c * plane, plane), scale, shift);
        }
    }

    /// <summary>The preprocessing that gives these numbers mean 0 and deviation 1 in each channel.</summary>
    /// <param name="numbers">Input after input.</param>
    /// <param name="inputShape">Shape of one input, whose first axis is the channels: of a row (D) each number by itself.</param>
    /// <remarks>A channel that is the same everywhere keeps deviation 1.</remarks>
    public static Preprocessing Of(ReadOnlySpan<float> numbers, Shape inputShape)
    {
        int channels = inputShape[0], plane = (int)(inputShape.Count / channels), size = channels * plane;
        double[] mean = new double[channels], deviation = new double[channels];
        long count = numbers.Length / channels;
        for (int i = 0; i < numbers.Length; i++)
        {
            mean[i % size / plane] += numbers[i];
        }

        for (int c = 0; c < channels; c++)
        {
            mean[c] /= Math.Max(1, count);
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            double from = numbers[i] - mean[i % size / plane];
            deviation[i % size / plane] += from * from;
        }

        for (int c = 0; c < channels; c++)
        {
            double root = Math.Sqrt(deviation[c] / Math.Max(1, count));
            deviation[c] = root > 1e-9 * Math.Abs(mean[c]) ? root : 1;
        }

        return new(mean, deviation);
    }

    /// <summary>The numbers of one input of numbers, up to the matrix.</summary>
    public void Apply(ReadOnlySpan<float> input, Span<float> numbers)
    {
        if (_meanImage is not null)
        {
            for (int i = 0; i < input.Length; i++)
            {
                numbers[i] = input[i] - _meanImage[i];
            }

            return;
        }

        int plane = input.Length / Mean.Count;
        for (int c = 0; c < Mean.Count; c++)
        {
            float mean = (float)Mean[c], deviation = (float)Deviation[c];
            for (int i = c * plane; i < (c + 1) * plane; i++)
            {
                numbers[i] = (input[i] - mean) / deviation;
            }
        }
    }

    /// <summary>What a batch becomes: the matrix, where there is one, applied to all inputs at once. (N, …) → (N, …) or (N, K).</summary>
    internal Tensor Project(Tensor batch)
    {
        if (_matrix is null)
        {
            return batch;
        }

        if (_transposed is not { } transposed || transposed.Device != batch.Device)
        {
            transposed = Tensor.From<float>(_matrix, new(MatrixRows, _meanImage!.Length), batch.Device).T.Realize();
            _transposed = transposed;
        }

        Tensor projected = batch.Flatten(from: 1).MatMul(transposed);
        return (_keepsShape ? projected.Reshape(batch.Shape) : projected).Realize();
    }

    /// <summary>What <see cref="ToJson"/> leaves out, by the names that a file of weights holds it under: mean image and matrix.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors
    {
        get
        {
            var tensors = new Dictionary<string, Tensor>();
            if (_meanImage is not null)
            {
                tensors.Add(MeanImageName, Tensor.From<float>(_meanImage, new(_meanImage.Length)));
            }

            if (_matrix is not null)
            {
                tensors.Add(MatrixName, Tensor.From<float>(_matrix, new(MatrixRows, _meanImage!.Length)));
            }

            return tensors;
        }
    }

    /// <summary>True for the names of <see cref="Tensors"/>.</summary>
    public static bool Names(string tensor) => tensor is MeanImageName or MatrixName;

    /// <summary>One line of text that <see cref="FromJson"/> reads back exactly, together with <see cref="Tensors"/>.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, "mean", Mean);
            Write(json, "deviation", Deviation);
            if (_matrix is not null)
            {
                json.WriteBoolean("keeps_shape", _keepsShape);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);

        static void Write(Utf8JsonWriter json, string name, IReadOnlyList<double> numbers)
        {
            json.WriteStartArray(name);
            foreach (double number in numbers)
            {
                json.WriteNumberValue(number);
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <param name="tensors">The numbers of those of <see cref="Tensors"/> that there are.</param>
    /// <exception cref="ArgumentException">The text is something else, or does not fit the tensors.</exception>
    public static Preprocessing FromJson(string json, IReadOnlyDictionary<string, float[]>? tensors = null)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            bool hasMatrix = document.RootElement.TryGetProperty("keeps_shape", out JsonElement keepsShape);
            float[]? matrix = tensors?.GetValueOrDefault(MatrixName);
            return hasMatrix == matrix is not null
                ? new(Read(document, "mean"), Read(document, "deviation"), tensors?.GetValueOrDefault(MeanImageName), matrix, hasMatrix && keepsShape.GetBoolean())
                : throw new ArgumentException(hasMatrix ? $"The preprocessing lacks its tensor {MatrixName}." : $"Nothing says what the tensor {MatrixName} is for.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ArgumentException($"Preprocessing is recorded as {{\"mean\":[],\"deviation\":[]}}, not as {json}", nameof(json), e);
        }

        static double[] Read(JsonDocument document, string name) =>
            [.. document.RootElement.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
    }

    /// <exception cref="ArgumentException">The inputs have another number of channels.</exception>
    internal void ThrowIfNotFor(Shape imageShape)
    {
        if (Mean.Count != imageShape[0])
        {
            throw new ArgumentException($"The preprocessing is for {Mean.Count} channels, the inputs {imageShape} have {imageShape[0]}.");
        }

        if (_meanImage is not null && _meanImage.Length != imageShape.Count)
        {
            throw new ArgumentException($"The preprocessing is for inputs of {_meanImage.Length} numbers, but {imageShape} has {imageShape.Count}.");
        }
    }

    /// <inheritdoc/>
    public bool Equals(Preprocessing? other) =>
        other is not null && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation) && _keepsShape == other._keepsShape
        && AreEqual(_meanImage, other._meanImage) && AreEqual(_matrix, other._matrix);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Preprocessing);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean.Count, Mean[0], Deviation[0]);

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    private static bool AreEqual(float[]? a, float[]? b) => (a is null) == (b is null) && a.AsSpan().SequenceEqual(b);

    /// <summary>y = x·scale + shift, rounded once, so that a value does not depend on its place in a vector or tail.</summary>
    [MethodImpl(Jit.Hot)]
    private static void ScaleShift(ReadOnlySpan<byte> x, Span<float> y, float scale, float shift)
    {
        int i = 0, lanes = Vector<float>.Count;
        Vector<float> scales = new(scale), shifts = new(shift);
        for (; i <= x.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(x[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> x0, out Vector<uint> x1);
            Vector.Widen(high, out Vector<uint> x2, out Vector<uint> x3);
            Apply(x0).CopyTo(y[i..]);
            Apply(x1).CopyTo(y[(i + lanes)..]);
            Apply(x2).CopyTo(y[(i + 2 * lanes)..]);
            Apply(x3).CopyTo(y[(i + 3 * lanes)..]);
        }

        for (; i < x.Length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(x[i], scale, shift);
        }

        Vector<float> Apply(Vector<uint> bytes) => Vector.FusedMultiplyAdd(Vector.ConvertToSingle(bytes.As<uint, int>()), scales, shifts);
    }

    /// <summary>Adds up the bytes of one image, channel by channel; several threads may add to the same sums.</summary>
    internal static void AddMoments(ReadOnlySpan<byte> image, long[] sums, long[] squares)
    {
        int plane = image.Length / sums.Length;
        for (int c = 0; c < sums.Length; c++)
        {
            long sum = 0, square = 0;
            AddMoments(image.Slice(c * plane, plane), ref sum, ref square);
            Interlocked.Add(ref sums[c], sum);
            Interlocked.Add(ref squares[c], square);
        }
    }

    [MethodImpl(Jit.Hot)]
    private static void AddMoments(ReadOnlySpan<byte> values, ref long sum, ref long squares)
    {
        long s = 0, q = 0;
        foreach (byte value in values)
        {
            s += value;
            q += value * value;
        }

        sum += s;
        squares += q;
    }
}
