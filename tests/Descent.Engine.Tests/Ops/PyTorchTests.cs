using System.Text.Json;

namespace Descent.Engine.Tests;

/// <summary>Values and gradients of the ops against those that <c>tests/Reference/ops.py</c> has computed with PyTorch.</summary>
public sealed class PyTorchTests
{
    // The file holds 12 digits.
    private const double DoubleTolerance = 1e-10;

    // f32 kernels add in another order than PyTorch; relative to the largest element of a result.
    private const double SingleTolerance = 2e-5;

    private static readonly Dictionary<string, JsonElement> s_cases =
        ReferenceFiles.Read("ops.json").GetProperty("cases").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);

    private static readonly Dictionary<string, Func<Tensor[], JsonElement, Tensor[]>> s_ops = new()
    {
        ["exp"] = (t, _) => [t[0].Exp()],
        ["sin"] = (t, _) => [t[0].Sin()],
        ["cos"] = (t, _) => [t[0].Cos()],
        ["tanh"] = (t, _) => [t[0].Tanh()],
        ["sigmoid"] = (t, _) => [t[0].Sigmoid()],
        ["relu"] = (t, _) => [t[0].Relu()],
        ["abs"] = (t, _) => [t[0].Abs()],
        ["sign"] = (t, _) => [t[0].Sign()],
        ["floor"] = (t, _) => [t[0].Floor()],
        ["erf"] = (t, _) => [t[0].Erf()],
        ["log"] = (t, _) => [t[0].Log()],
        ["sqrt"] = (t, _) => [t[0].Sqrt()],
        ["softplus"] = (t, _) => [t[0].Softplus()],
        ["gelu"] = (t, _) => [t[0].Gelu()],
        ["gelu-tanh"] = (t, _) => [t[0].Gelu(approximate: true)],
        ["silu"] = (t, _) => [t[0].Silu()],
        ["negate"] = (t, _) => [-t[0]],
        ["square"] = (t, _) => [t[0].Square()],
        ["reciprocal"] = (t, _) => [t[0].Reciprocal()],
        ["leaky-relu"] = (t, a) => [t[0].LeakyRelu(a.GetProperty("slope").GetDouble())],
        ["leaky-relu-tensor"] = (t, _) => [t[0].LeakyRelu(t[1])],
        ["elu"] = (t, a) => [t[0].Elu(a.GetProperty("alpha").GetDouble())],
        ["clamp"] = (t, a) => [t[0].Clamp(a.GetProperty("low").GetDouble(), a.GetProperty("high").GetDouble())],
        ["add"] = (t, _) => [t[0] + t[1]],
        ["subtract"] = (t, _) => [t[0] - t[1]],
        ["multiply"] = (t, _) => [t[0] * t[1]],
        ["divide"] = (t, _) => [t[0] / t[1]],
        ["maximum"] = (t, _) => [t[0].Max(t[1])],
        ["minimum"] = (t, _) => [t[0].Min(t[1])],
        ["power"] = (t, _) => [t[0].Pow(t[1])],
        ["sum"] = (t, a) => [t[0].Sum(Axes(a), Keep(a))],
        ["mean"] = (t, a) => [t[0].Mean(Axes(a), Keep(a))],
        ["max"] = (t, a) => [t[0].Max(Axes(a), Keep(a))],
        ["min"] = (t, a) => [t[0].Min(Axes(a), Keep(a))],
        ["variance"] = (t, a) => [t[0].Variance(Axes(a), Keep(a), unbiased: !a.TryGetProperty("biased", out _))],
        ["standard-deviation"] = (t, a) => [t[0].StandardDeviation(Axes(a))],
        ["log-sum-exp"] = (t, a) => [t[0].LogSumExp(Axes(a))],
        ["argmax"] = (t, a) => [t[0].ArgMax(Int(a, "axis"))],
        ["argmin"] = (t, a) => [t[0].ArgMin(Int(a, "axis"))],
        ["argmax-over"] = (t, a) => [t[0].ArgMax(Axes(a))],
        ["argmin-over"] = (t, a) => [t[0].ArgMin(Axes(a))],
        ["integer-formula"] = (t, _) => [Tensor.Select(t[0] > t[1], (t[0] * t[1]) - 3, t[0].Abs().Max(-t[1]).Clamp(-4, 7)) + t[0].Sign()],
        ["integer-quotient"] = (t, _) => [t[0] / t[1]],
        ["pad"] = (t, a) => [t[0].Pad(Ints(a, "before"), Ints(a, "after"), a.GetProperty("value").GetDouble())],
        ["concat"] = (t, a) => [Tensor.Concat(Int(a, "axis"), t)],
        ["stack"] = (t, a) => [Tensor.Stack(Int(a, "axis"), t)],
        ["flip"] = (t, a) => [t[0].Flip(Int(a, "axis"))],
        ["permute"] = (t, a) => [t[0].Permute(Axes(a))],
        ["slice"] = (t, a) => [t[0].Slice(Int(a, "axis"), Int(a, "start"), Int(a, "step"), Int(a, "size"))],
        ["gather"] = (t, a) => [t[0].Gather(t[1], Int(a, "axis"))],
        ["gather-along"] = (t, a) => [t[0].GatherAlong(t[1], Int(a, "axis"))],
        ["scatter-add"] = (t, a) => [t[0].ScatterAdd(t[1], t[2], Int(a, "axis"))],
        ["scatter-add-along"] = (t, a) => [t[0].ScatterAddAlong(t[1], t[2], Int(a, "axis"))],
        ["one-hot"] = (t, a) => [t[0].OneHot(Int(a, "classes"))],
        ["matmul"] = (t, _) => [t[0].MatMul(t[1])],
        ["conv2d"] = (t, a) => [t[0].Conv2d(t[1], Int(a, "stride", 1), Int(a, "padding", 0), Int(a, "dilation", 1), Int(a, "groups", 1))],
        ["maxpool2d"] = (t, a) => t[0].MaxPool2d(Window(a)) is var (values, indices) ? [values, indices] : [],
        ["avgpool2d"] = (t, a) => [t[0].AvgPool2d(Window(a), a.GetProperty("count").GetBoolean())],
        ["softmax"] = (t, a) => [t[0].Softmax(Int(a, "axis"))],
        ["log-softmax"] = (t, a) => [t[0].LogSoftmax(Int(a, "axis"))],
        ["cross-entropy"] = (t, a) =>
        [
            t[0].CrossEntropy(
                t[1],
                a.TryGetProperty("smoothing", out JsonElement s) ? s.GetDouble() : 0,
                a.TryGetProperty("ignore", out JsonElement i) ? i.GetInt64() : null),
        ],
        ["batch-norm"] = (t, a) => t[0].BatchNormTraining(t[1], t[2], Epsilon(a)) is var (y, mean, variance) ? [y, mean, variance] : [],
        ["layer-norm"] = (t, a) => [t[0].LayerNorm(t.ElementAtOrDefault(1), t.ElementAtOrDefault(2), Epsilon(a))],
        ["attention"] = (t, a) =>
        [
            Tensor.Attention(t[0], t[1], t[2], t.ElementAtOrDefault(3), a.TryGetProperty("causal", out _)),
        ],
        ["attention of a projection"] = (t, a) => [SelfAttention(t[0], Int(a, "heads"))],
        ["cholesky"] = (t, _) => [((t[0] + t[0].T) * 0.5).Cholesky()],
        ["cholesky-solve"] = (t, _) => [t[0].Cholesky().CholeskySolve(t[1])],
        ["solve-triangular"] = (t, a) => [t[0].SolveTriangular(t[1], a.TryGetProperty("upper", out _))],
        ["eigenvalues"] = (t, _) => [t[0].Eigh().Values],
        ["squared eigenvectors"] = (t, _) => [t[0].Eigh().Vectors.Square()],
        ["singular values"] = (t, _) => [t[0].Svd().S],
        ["squared singular vectors"] = (t, _) => t[0].Svd() is var (u, _, vt) ? [u.Square(), vt.Square()] : [],
        ["rebuilt of logarithms"] = (t, _) => t[0].Svd() is var (u, s, vt) ? [(u * s.Log().Unsqueeze(-2)).MatMul(vt)] : [],
        ["tril"] = (t, a) => [t[0].Tril(Int(a, "diagonal"))],
        ["triu"] = (t, a) => [t[0].Triu(Int(a, "diagonal"))],
        ["batch-norm-inference"] = (t, a) => [t[0].BatchNormInference(t[1], t[2], t[3], t[4], Epsilon(a))],
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Interpreter_agrees(string name) => Compare(name, DType.F64, Interpreter.Evaluate, DoubleTolerance);

    [Theory]
    [MemberData(nameof(Names))]
    public void F64_on_the_device_agrees(string name) => Compare(name, DType.F64, Run, DoubleTolerance);

    [Theory]
    [MemberData(nameof(Names))]
    public void F32_on_the_device_agrees(string name) => Compare(name, DType.F32, Run, SingleTolerance);

    private static void Compare(string name, DType type, Func<Tensor, double[]> evaluate, double tolerance)
    {
        JsonElement test = s_cases[name];
        Tensor[] inputs = [.. test.GetProperty("inputs").EnumerateArray().Select(e => Read(e, type))];
        Tensor[] outputs = s_ops[test.GetProperty("op").GetString()!](inputs, test.GetProperty("arguments"));
        JsonElement expected = test.GetProperty("outputs");
        Assert.Equal(expected.GetArrayLength(), outputs.Length);
        for (int i = 0; i < outputs.Length; i++)
        {
            AssertClose(expected[i], outputs[i], evaluate, tolerance, $"output {i}");
        }

        if (test.TryGetProperty("upstream", out JsonElement upstream))
        {
            Tensor[] by = [.. inputs.Where(x => x.DType == type)];
            Tensor[] gradients = (outputs[0] * Read(upstream, type)).Sum().Backward(by);
            for (int i = 0; i < by.Length; i++)
            {
                AssertClose(test.GetProperty("gradients")[i], gradients[i], evaluate, tolerance, $"gradient {i}");
            }
        }
    }

    private static void AssertClose(JsonElement expected, Tensor actual, Func<Tensor, double[]> evaluate, double tolerance, string what)
    {
        Tensor reference = Read(expected, DType.F64);
        Assert.Equal(reference.Shape, actual.Shape);
        double[] wanted = Interpreter.Evaluate(reference), values = evaluate(actual);
        double scale = Math.Max(1, wanted.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.True(
                Math.Abs(wanted[i] - values[i]) <= tolerance * scale, $"{what}, element {i}: {values[i]:R} should be {wanted[i]:R}.");
        }
    }

    private static Tensor Read(JsonElement tensor, DType type)
    {
        var shape = new Shape(Ints(tensor, "shape"));
        if (tensor.TryGetProperty("integers", out JsonElement integers))
        {
            return Tensor.From([.. integers.EnumerateArray().Select(e => e.GetInt64())], shape);
        }

        double[] values = ReferenceFiles.Numbers(tensor.GetProperty("values"));
        return type == DType.F64 ? Tensor.From(values, shape) : Tensor.From([.. values.Select(v => (float)v)], shape);
    }

    /// <summary>(N, T, 3·heads·d) → (N, T, heads·d): queries, keys and values are views of one projection.</summary>
    private static Tensor SelfAttention(Tensor projection, int heads)
    {
        (int n, int tokens, int width) = (projection.Shape[0], projection.Shape[1], projection.Shape[2] / 3);
        Tensor[] parts = projection.Split(-1, width, width, width);
        Tensor Heads(Tensor x) => x.Reshape(n, tokens, heads, width / heads).Permute(0, 2, 1, 3);
        return Tensor.Attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2])).Permute(0, 2, 1, 3).Reshape(n, tokens, width);
    }

    private static double[] Run(Tensor tensor) => tensor.DType switch
    {
        DType.F64 => tensor.ToArray<double>(),
        DType.F32 => [.. tensor.ToArray<float>().Select(v => (double)v)],
        DType.I32 => [.. tensor.ToArray<int>().Select(v => (double)v)],
        _ => [.. tensor.ToArray<long>().Select(v => (double)v)],
    };

    private static int Int(JsonElement arguments, string name) => arguments.GetProperty(name).GetInt32();

    private static int Int(JsonElement arguments, string name, int otherwise) =>
        arguments.TryGetProperty(name, out JsonElement e) ? e.GetInt32() : otherwise;

    private static int[] Ints(JsonElement arguments, string name) =>
        [.. arguments.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    private static int[] Axes(JsonElement arguments) => Ints(arguments, "axes");

    private static bool Keep(JsonElement arguments) => arguments.TryGetProperty("keep", out _);

    private static double Epsilon(JsonElement arguments) => arguments.GetProperty("epsilon").GetDouble();

    private static PoolWindow Window(JsonElement arguments) =>
        PoolWindow.Of(Int(arguments, "kernel"), Int(arguments, "stride"), Int(arguments, "padding"));
}
