using static Descent.Engine.Tests.Sample;

namespace Descent.Engine.Tests;

internal static partial class Samples
{
    private static IEnumerable<Sample> Convolutions()
    {
        (string Name, Shape X, Shape W, ConvWindow Window, Shape Y)[] convolutions =
        [
            ("1x1", new(2, 3, 2, 3), new(2, 3, 1, 1), new ConvWindow(), new(2, 2, 2, 3)),
            ("3x3 padded", new(1, 2, 4, 3), new(3, 2, 3, 3), ConvWindow.Of(padding: 1), new(1, 3, 4, 3)),
            ("strided with rows left over", new(1, 1, 6, 5), new(2, 1, 3, 2), ConvWindow.Of(stride: 2), new(1, 2, 2, 2)),
            ("dilated", new(1, 1, 6, 5), new(1, 1, 2, 3), ConvWindow.Of(dilation: 2, padding: 1), new(1, 1, 6, 3)),
            ("grouped", new(1, 4, 3, 3), new(6, 2, 2, 2), ConvWindow.Of(groups: 2), new(1, 6, 2, 2)),
            ("depthwise", new(2, 3, 3, 3), new(3, 1, 3, 3), ConvWindow.Of(padding: 1, groups: 3), new(2, 3, 3, 3)),
            (
                "different on every side", new(1, 2, 4, 5), new(2, 2, 2, 3),
                new ConvWindow { StrideH = 2, StrideW = 3, PadTop = 1, PadLeft = 0, PadBottom = 2, PadRight = 3, DilationH = 3 },
                new(1, 2, 2, 2)
            ),
        ];
        foreach (var (name, x, w, window, y) in convolutions)
        {
            Tensor input = Numbers(x), weight = Numbers(w, -1, 1, seed: 2), dy = Numbers(y, seed: 3);
            yield return new($"conv2d {name}", typeof(Conv2d), t => t[0].Conv2d(t[1], window), y, input, weight);
            yield return new(
                $"conv2d-backward-input {name}", typeof(Conv2dBackwardInput),
                t => Tensor.Apply(new Conv2dBackwardInput(window, x), t[0], t[1]), x, dy, weight);
            yield return new(
                $"conv2d-backward-weight {name}", typeof(Conv2dBackwardWeight),
                t => Tensor.Apply(new Conv2dBackwardWeight(window, w), t[0], t[1]), w, input, dy);
        }

        (string Name, Shape X, PoolWindow Window, Shape Y)[] pools =
        [
            ("2x2", new(2, 2, 4, 4), PoolWindow.Of(2), new(2, 2, 2, 2)),
            ("overlapping and padded", new(1, 2, 5, 5), PoolWindow.Of(3, stride: 2, padding: 1), new(1, 2, 3, 3)),
            ("one window", new(1, 3, 3, 3), PoolWindow.Of(3), new(1, 3, 1, 1)),
            ("1x1", new(1, 2, 3, 2), PoolWindow.Of(1), new(1, 2, 3, 2)),
            ("oblong, rows left over", new(1, 1, 6, 5), new PoolWindow(2, 3) { StrideH = 3, StrideW = 1, PadRight = 2 }, new(1, 1, 2, 5)),
        ];
        foreach (var (name, x, window, y) in pools)
        {
            Tensor indices = Numbers(x).MaxPool2d(window).Indices.Realize();
            yield return new($"maxpool2d {name}", typeof(MaxPool2d), t => t[0].MaxPool2d(window).Values, y, Numbers(x));
            yield return new($"indices of maxpool2d {name}", typeof(MaxPool2d), t => t[0].MaxPool2d(window).Indices, y, Numbers(x));
            yield return new(
                $"maxpool2d-backward {name}", typeof(MaxPool2dBackward), t => Tensor.Apply(new MaxPool2dBackward(window, x), t[0], t[1]), x,
                Numbers(y), indices);
            foreach (bool count in new[] { true, false })
            {
                yield return new($"avgpool2d {name} {count}", typeof(AvgPool2d), t => t[0].AvgPool2d(window, count), y, Numbers(x));
                yield return new(
                    $"avgpool2d-backward {name} {count}", typeof(AvgPool2dBackward),
                    t => Tensor.Apply(new AvgPool2dBackward(window, count, x), t[0]), x, Numbers(y));
            }
        }
    }

    private static IEnumerable<Sample> Normalizations()
    {
        foreach (Shape shape in new Shape[] { new(5, 3), new(2, 3, 2, 3), new(1, 1, 2, 2) })
        {
            var channels = new Shape(shape[1]);
            Tensor x = Numbers(shape), gamma = Numbers(channels, 0.5, 2, seed: 2), beta = Numbers(channels, seed: 3);
            yield return new(
                $"batch-norm {shape}", typeof(BatchNormTraining), t => t[0].BatchNormTraining(t[1], t[2], 1e-3).Y, shape, x, gamma, beta);
            yield return new(
                $"batch-norm statistics {shape}", typeof(BatchNormTraining), t => Statistics(t[0].BatchNormTraining(t[1], t[2])), channels,
                x, gamma, beta);
            yield return new(
                $"batch-norm-statistics {shape}", typeof(BatchNormStatistics),
                t => t[0].BatchNormStatistics() is var (mean, variance) ? mean + (variance * variance) : t[0], channels, x);
            yield return new(
                $"batch-norm-backward {shape}", typeof(BatchNormBackward), t => Gradients(t[0], t[1], t[2]), shape, Numbers(shape, seed: 4),
                x, gamma);
            yield return new(
                $"batch-norm of inference {shape}", null, t => t[0].BatchNormInference(t[1], t[2], t[3], t[4]), shape, x, gamma, beta,
                Numbers(channels, seed: 5), Numbers(channels, 0.5, 2, seed: 6));
        }

        foreach (Shape shape in new Shape[] { new(5), new(3, 4), new(2, 3, 5), new(3, 1), new(0, 4) })
        {
            var row = new Shape(shape[^1]);
            Tensor x = Numbers(shape), gamma = Numbers(row, 0.5, 2, seed: 2), beta = Numbers(row, seed: 3), dy = Numbers(shape, seed: 4);
            yield return new($"layer-norm {shape}", typeof(LayerNorm), t => t[0].LayerNorm(t[1], t[2], 1), shape, x, gamma, beta)
            {
                MayRepeatInputs = false,
            };
            yield return new($"layer-norm without map {shape}", typeof(LayerNorm), t => t[0].LayerNorm(epsilon: 1), shape, x)
            {
                MayRepeatInputs = false,
            };
            yield return new(
                $"layer-norm-backward {shape}", typeof(LayerNormBackward), t => LayerGradients(t[0], t[1], t[2]), shape, dy, x, gamma)
            {
                MayRepeatInputs = false,
            };
            yield return new(
                $"layer-norm-backward without map {shape}", typeof(LayerNormBackward), t => LayerGradients(t[0], t[1], null), shape, dy, x)
            {
                MayRepeatInputs = false,
            };
        }

        Tensor image = Numbers(new(2, 3, 4)), plane = Numbers(new(3, 4), 0.5, 2, seed: 2);
        yield return new("layer-norm of two axes", typeof(LayerNorm), t => t[0].LayerNorm(t[1], epsilon: 1), new(2, 3, 4), image, plane)
        {
            MayRepeatInputs = false,
        };
        yield return new("layer-norm with beta alone", typeof(LayerNorm), t => t[0].LayerNorm(null, t[1], 1), new(2, 3, 4), image, plane)
        {
            MayRepeatInputs = false,
        };

        foreach (Shape shape in new Shape[] { new(5), new(3, 4), new(2, 1), new(2, 3, 2) })
        {
            yield return new($"softmax {shape}", typeof(Softmax), t => t[0].Softmax(), shape, Numbers(shape));
            yield return new($"log-softmax {shape}", typeof(LogSoftmax), t => t[0].LogSoftmax(), shape, Numbers(shape));
            yield return new(
                $"softmax-backward {shape}", typeof(SoftmaxBackward), t => Tensor.Apply(SoftmaxBackward.Op, t[0], t[1]), shape, Numbers(shape),
                Numbers(shape, 0.1, 1, seed: 2));
            yield return new(
                $"log-softmax-backward {shape}", typeof(LogSoftmaxBackward), t => Tensor.Apply(LogSoftmaxBackward.Op, t[0], t[1]), shape,
                Numbers(shape), Numbers(shape, -3, -0.1, seed: 2));
        }

        yield return new("softmax of columns", typeof(Softmax), t => t[0].Softmax(0), new(3, 4), Numbers(new(3, 4)));
        yield return new("log-softmax of channels", typeof(LogSoftmax), t => t[0].LogSoftmax(1), new(2, 3, 2), Numbers(new(2, 3, 2)));
        yield return new("softmax of nothing", typeof(Softmax), t => t[0].Softmax(), new(0, 3), Numbers(new(0, 3)));

        (string Name, Shape X, Tensor Labels, double Smoothing, long? Ignore)[] losses =
        [
            ("plain", new(3, 4), Integers(new(3), 2, 0, 2), 0, null),
            ("smoothed", new(3, 4), Tensor.From([3, 1, 1], new(3)), 0.1, null),
            ("ignoring", new(4, 3), Integers(new(4), 2, -100, 0, -100), 0, -100),
            ("smoothed and ignoring a class", new(4, 3), Integers(new(4), 2, 1, 0, 1), 0.3, 1),
            ("of pixels", new(2, 3, 2, 2), Integers(new(2, 2, 2), 0, 1, 2, 2, 1, 0, 0, 2), 0.1, 2),
            ("of sequences by bytes", new(2, 3, 2), Tensor.From<byte>([0, 1, 2, 2], new(2, 2)), 0, null),
            ("of one class", new(2, 1), Integers(new(2), 0, 0), 0, null),
        ];
        foreach (var (name, x, labels, smoothing, ignore) in losses)
        {
            yield return new(
                $"cross-entropy {name}", typeof(CrossEntropy), t => t[0].CrossEntropy(t[1], smoothing, ignore), labels.Shape, Numbers(x),
                labels);
            yield return new(
                $"cross-entropy-backward {name}", typeof(CrossEntropyBackward),
                t => CrossEntropyBackward(t[0], t[2], t[1], smoothing, ignore), x, Numbers(x),
                Numbers(labels.Shape, seed: 2), labels);
        }
    }

    /// <summary>The backward op with the normalizers that belong to the logits.</summary>
    private static Tensor CrossEntropyBackward(Tensor logits, Tensor labels, Tensor dy, double smoothing, long? ignore) => Tensor.Apply(
        new CrossEntropyBackward(smoothing, ignore), logits, labels, logits.CrossEntropy(labels, smoothing, ignore).Output(1), dy);

    private static IEnumerable<Sample> Attentions()
    {
        (string Name, Shape Q, Shape K, Shape V, Shape? Mask, bool Causal)[] rows =
        [
            ("of one head", new(3, 2), new(5, 2), new(5, 4), null, false),
            ("of heads", new(2, 3, 5, 3), new(2, 3, 4, 3), new(2, 3, 4, 1), null, false),
            ("causal", new(2, 5, 3), new(2, 5, 3), new(2, 5, 3), null, true),
            ("causal with more keys than queries", new(3, 3), new(5, 3), new(5, 2), null, true),
            ("masked", new(2, 1, 3, 2), new(2, 1, 5, 2), new(2, 1, 5, 3), new(3, 5), false),
            ("masked by key", new(2, 2, 3, 2), new(2, 2, 4, 2), new(2, 2, 4, 2), new(2, 1, 1, 4), false),
            ("masked and causal", new(2, 3, 2), new(2, 4, 2), new(2, 4, 2), new(2, 3, 4), true),
            ("of no rows", new(2, 0, 3), new(2, 4, 3), new(2, 4, 3), null, false),
        ];
        foreach (var (name, q, k, v, maskShape, causal) in rows)
        {
            var y = new Shape([.. q.Sizes[..^1], v[^1]]);
            Tensor[] mask = maskShape is { } shape ? [Numbers(shape, -2, 2, seed: 4)] : [];
            Tensor[] inputs = [Numbers(q, -2, 2), Numbers(k, -2, 2, seed: 2), Numbers(v, seed: 3), .. mask];
            yield return new(
                $"attention {name}", typeof(Attention), t => Tensor.Attention(t[0], t[1], t[2], t.ElementAtOrDefault(3), causal), y, inputs)
            {
                MayRepeatInputs = false,
            };
            yield return new(
                $"attention-backward {name}", typeof(AttentionBackward),
                t => AttentionGradients(t[0], t[1], t[2], t[3], t.ElementAtOrDefault(4), causal), new(), [Numbers(y, seed: 5), .. inputs])
            {
                MayRepeatInputs = false,
            };
        }

        Tensor seen = Tensor.From([true, true, false, true, false, true, false, false, true, true, true, true], new(3, 4));
        yield return new(
            "attention where a query sees some keys", typeof(Attention), t => Tensor.Attention(t[0], t[1], t[2], t[3], scale: 0.3), new(2, 3, 3),
            Numbers(new(2, 3, 2)), Numbers(new(2, 4, 2), seed: 2), Numbers(new(2, 4, 3), seed: 3), seen)
        {
            MayRepeatInputs = false,
        };
    }

    /// <summary>The three gradients of an attention as one number; its result and log-sums are those of Q, K and V, as the op demands.</summary>
    private static Tensor AttentionGradients(Tensor dO, Tensor q, Tensor k, Tensor v, Tensor? mask, bool causal)
    {
        Tensor[] masks = mask is null ? [] : [mask];
        Tensor o = Tensor.Apply(new Attention(0.7, causal), [q, k, v, .. masks]);
        Tensor dq = Tensor.Apply(new AttentionBackward(0.7, causal), [dO, q, k, v, o, o.Output(1), .. masks]);
        Tensor Weighted(Tensor x, ulong seed) => (x * new Rng(seed).Uniform(x.Shape, 0.5, 1.5, x.DType)).Sum();
        return Weighted(dq, 1) + Weighted(dq.Output(1), 2) + Weighted(dq.Output(2), 3);
    }

    /// <summary>All outputs but the first weigh in, so that their gradients are checked too.</summary>
    private static Tensor Statistics((Tensor Y, Tensor Mean, Tensor Variance) norm) => (norm.Mean * 2) + norm.Variance;

    /// <summary>The three gradients of a batch-norm as one tensor; mean and variance are those of x, as the op demands.</summary>
    private static Tensor Gradients(Tensor dy, Tensor x, Tensor gamma)
    {
        var (_, mean, variance) = x.BatchNormTraining(gamma, gamma, 1e-2);
        Tensor dx = Tensor.Apply(new BatchNormBackward(1e-2), dy, x, gamma, mean, variance);
        return dx + BatchNormTraining.PerChannel(dx.Output(1) * 3, x) + BatchNormTraining.PerChannel(dx.Output(2) * 5, x);
    }

    /// <summary>The gradients of a layer-norm as one tensor; mean and reciprocal deviation are those of x, as the op demands.</summary>
    private static Tensor LayerGradients(Tensor dy, Tensor x, Tensor? gamma)
    {
        Tensor y = Tensor.Apply(new LayerNorm(1), x);
        var op = new LayerNormBackward(1);
        if (gamma is null)
        {
            return Tensor.Apply(op, dy, x, y.Output(1), y.Output(2));
        }

        Tensor dx = Tensor.Apply(op, dy, x, y.Output(1), y.Output(2), gamma);
        return dx + (dx.Output(1) * 3) + (dx.Output(2) * 5);
    }
}
