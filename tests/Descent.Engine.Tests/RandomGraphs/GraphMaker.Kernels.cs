namespace Descent.Tests;

/// <summary>Makers of what has kernels of its own: products, factors, images, rows.</summary>
internal sealed partial class GraphMaker
{
    private IEnumerable<(string Name, Func<Item?> Make)> Products()
    {
        yield return ("matmul", () =>
        {
            Item x = Float(2)!.Value;
            if (x.Value.Rank < 2)
            {
                return null;
            }

            int k = x.Value.Shape[^1], n = 1 + _random.Next(40);
            bool transposed = _random.Next(2) == 0;
            Tensor w = transposed ? NewLeaf(new Shape(n, k)).Value.T : NewLeaf(new Shape(k, n)).Value;
            return Scaled(x.Value.MatMul(w), x, k);
        }
        );
        yield return ("matmul + bias + relu", () =>
        {
            Item x = NewLeaf(new Shape(1 + _random.Next(40), 1 + _random.Next(60)));
            int n = 2 + _random.Next(40);
            Tensor y = x.Value.MatMul(NewLeaf(new Shape(x.Value.Shape[1], n)).Value) + NewLeaf(new Shape(n)).Value;
            return Scaled(_random.Next(3) == 0 ? y : y.Relu(), x, x.Value.Shape[1] + 1);
        }
        );
        yield return ("matmul + scale + shift", () =>
        {
            Item x = NewLeaf(new Shape(1 + _random.Next(40), 1 + _random.Next(60)));
            int n = 2 + _random.Next(40);
            return Affine(x, x.Value.MatMul(NewLeaf(new Shape(x.Value.Shape[1], n)).Value), new Shape(n), x.Value.Shape[1], relu: _random.Next(2) == 0);
        }
        );
        yield return ("relu between products", () =>
        {
            // The gradient of the second product is gated by the result of the first.
            Item x = NewLeaf(new Shape(2 + _random.Next(20), 1 + _random.Next(20)));
            int n = 2 + _random.Next(20);
            Tensor hidden = x.Value.MatMul(NewLeaf(new Shape(x.Value.Shape[1], n)).Value).Relu();
            return Item.Rounded(hidden.MatMul(NewLeaf(new Shape(n, 1 + _random.Next(20))).Value) * 0.01);
        }
        );
        yield return ("batched matmul", () =>
        {
            int b = 1 + _random.Next(3), m = 1 + _random.Next(12), k = 1 + _random.Next(20), n = 1 + _random.Next(12);
            Item x = NewLeaf(new Shape(b, m, k)), w = NewLeaf(_random.Next(2) == 0 ? new Shape(k, n) : new Shape(b, k, n));
            return Scaled(x.Value.MatMul(w.Value), x, k);
        }
        );
    }

    private Item? Factors()
    {
        int n = 1 + _random.Next(5);
        Tensor a = NewLeaf(new Shape(n, n)).Value;
        if (_random.Next(2) == 0)
        {
            Tensor l = (a.MatMul(a.T) + Diagonal(n, 1, 0)).Cholesky();
            return Item.Rounded(_random.Next(3) == 0 ? l : l.CholeskySolve(NewLeaf(new Shape(n, 1 + _random.Next(3))).Value));
        }

        // The diagonal keeps the eigenvalues apart.
        (Tensor values, Tensor vectors) = ((a * 0.1) + Diagonal(n, 3, 4)).Eigh();
        return Item.Rounded((vectors * values.Log()).MatMul(vectors.T));
    }

    /// <summary>A diagonal matrix of first, first + step, …</summary>
    private Tensor Diagonal(int n, double first, double step) =>
        Tensor.From([.. Enumerable.Range(0, n * n).Select(i => i / n == i % n ? (float)(first + (step * (i / n))) : 0)], new Shape(n, n), _device);

    /// <summary>
    /// A product with a leaf of quarters up to 2, summed over k, scaled down by a power of two: no digit is lost where x was exact.
    /// </summary>
    private static Item Scaled(Tensor y, Item x, int k)
    {
        int halvings = (int)Math.Ceiling(Math.Log2(Math.Max(2, k)));
        for (int i = 0; i < halvings; i++)
        {
            y = y * 0.5;
        }

        return new Item(y, x.Bits < 0 ? -1 : x.Bits + 2 + halvings, Math.Max(1, x.Magnitude) * 4);
    }

    /// <summary>y·scale + shift, perhaps with a residual, perhaps rectified: all of quarters, so that the rectifier decides as in double.</summary>
    private Item Affine(Item x, Tensor y, Shape channels, int k, bool relu)
    {
        y = y.MultiplyAdd(NewLeaf(channels).Value, NewLeaf(channels).Value);
        y = _random.Next(2) == 0 ? y + NewLeaf(y.Shape).Value : y;
        return Scaled(relu ? y.Relu() : y, x with { Bits = x.Bits + 2, Magnitude = x.Magnitude * 2 }, k + 2);
    }

    private IEnumerable<(string Name, Func<Item?> Make)> Images()
    {
        yield return ("conv2d", () =>
        {
            Item x = Float(4)!.Value;
            return Convolution(x.Value.Rank == 4 ? x : NewLeaf(RandomShape(rank: 4)), bias: false, relu: false);
        }
        );
        yield return ("conv3d", () =>
        {
            int groups = 1 + _random.Next(2), channels = groups * (1 + _random.Next(8)), outputs = groups * (1 + _random.Next(8)), kernel = 1 + _random.Next(2);
            Item x = NewLeaf(new Shape(1 + _random.Next(2), channels, 2 + _random.Next(3), 2 + _random.Next(5), 2 + _random.Next(5)));
            Tensor w = NewLeaf(new Shape(outputs, channels / groups, kernel, kernel, kernel)).Value;
            return Scaled(x.Value.Conv3d(w, 1 + _random.Next(2), _random.Next(2), groups: groups), x, channels / groups * kernel * kernel * kernel);
        }
        );
        yield return ("conv2d + bias + relu", () => Convolution(NewLeaf(RandomShape(rank: 4)), bias: true, relu: _random.Next(3) > 0));
        yield return ("conv2d + scale + shift", () =>
        {
            Item x = NewLeaf(RandomShape(rank: 4));
            int outputs = 2 + _random.Next(17), kernel = 1 + _random.Next(3);
            Tensor w = NewLeaf(new Shape(outputs, x.Value.Shape[1], kernel, kernel)).Value;
            bool isExact = kernel < 3;
            Item y = Affine(x, x.Value.Conv2d(w, padding: 1), new Shape(1, outputs, 1, 1), x.Value.Shape[1] * kernel * kernel, isExact && _random.Next(3) > 0);
            return isExact ? y : Item.Rounded(y.Value);
        }
        );
        yield return ("relu between convolutions", () =>
        {
            // Images that Winograd's algorithm pays for: it may compute the scaled and rectified values as it reads.
            bool isScaled = _random.Next(2) == 0;
            Item x = NewLeaf(isScaled ? new Shape(2 + _random.Next(2), 1 + _random.Next(3), 11 + _random.Next(4), 11 + _random.Next(4)) : RandomShape(rank: 4));
            int hidden = isScaled ? 16 : 2 + _random.Next(17), outputs = (isScaled ? 16 : 1) + _random.Next(17);
            // 2×2: a sum that Winograd's algorithm rounds would be rectified otherwise than in double.
            Tensor y = x.Value.Conv2d(NewLeaf(new Shape(hidden, x.Value.Shape[1], 2, 2)).Value, padding: 1);
            y = isScaled ? y.MultiplyAdd(NewLeaf(new Shape(1, hidden, 1, 1)).Value, NewLeaf(new Shape(1, hidden, 1, 1)).Value) : y;
            return Item.Rounded(y.Relu().Conv2d(NewLeaf(new Shape(outputs, hidden, 3, 3)).Value, padding: 1) * 0.01);
        }
        );
        yield return ("conv2d + bias + relu + maxpool2d", PooledConvolution);
        yield return ("maxpool2d", () =>
        {
            Item? x = Exact();
            Item image = x is { } found && found.Value.Rank == 4 && found.Value.Shape[2] >= 2 && found.Value.Shape[3] >= 2 ? found : NewLeaf(RandomShape(rank: 4));
            return image with { Value = image.Value.MaxPool2d(2, _random.Next(2) == 0 ? 2 : 1, _random.Next(2)) };
        }
        );
        yield return ("avgpool2d", () =>
        {
            Item x = Float(4)!.Value;
            return x.Value.Rank == 4 && x.Value.Shape[2] >= 2 && x.Value.Shape[3] >= 2
                ? Item.Rounded(x.Value.AvgPool2d(2, 1 + _random.Next(2), _random.Next(2), _random.Next(2) == 0)) : null;
        }
        );
        yield return ("batch-norm", () =>
        {
            Item x = Float(4)!.Value;
            if (x.Value.Rank != 4 || x.Value.Shape.Count < 2 * x.Value.Shape[1])
            {
                return null;
            }

            var channels = new Shape(x.Value.Shape[1]);
            (Tensor y, Tensor mean, Tensor variance) = x.Value.Tanh().BatchNormTraining(NewLeaf(channels).Value, NewLeaf(channels).Value, 0.1);
            return Item.Rounded(_random.Next(3) == 0 ? y + (mean * variance).Reshape(1, -1, 1, 1) : y);
        }
        );
    }

    /// <summary>A convolution of few channels whose sums are exact, so that its maxima are.</summary>
    private Item? PooledConvolution()
    {
        int channels = _random.Next(2) == 0 ? 1 : 6, kernel = channels == 1 ? 1 + _random.Next(4) : 4, outputs = 2 + _random.Next(17), window = 2 + _random.Next(2);
        Item x = NewLeaf(new Shape(1 + _random.Next(3), channels, 6 + _random.Next(8), 6 + _random.Next(12)));
        Tensor y = x.Value.Conv2d(NewLeaf(new Shape(outputs, channels, kernel, kernel)).Value, padding: _random.Next(2));
        bool plain = _random.Next(2) == 0;
        y = plain ? y : (y + NewLeaf(new Shape(1, outputs, 1, 1)).Value).Relu();
        return y.Shape[2] < window || y.Shape[3] < window ? null : Scaled(y.MaxPool2d(window), x, (channels * kernel * kernel) + 1);
    }

    private Item? Convolution(Item x, bool bias, bool relu)
    {
        Shape s = x.Value.Shape;
        if (s[2] < 3 || s[3] < 3)
        {
            return null;
        }

        int kernel = 1 + _random.Next(relu ? 2 : 3), outputs = 2 + _random.Next(17);
        int groups = _random.Next(4) == 0 ? s[1] : 1;
        outputs = groups > 1 ? groups : outputs;
        Tensor w = NewLeaf(new Shape(outputs, s[1] / groups, kernel, kernel)).Value;
        Tensor y = x.Value.Conv2d(w, stride: 1 + _random.Next(2), padding: _random.Next(2), dilation: kernel == 2 ? 1 + _random.Next(2) : 1, groups: groups);
        y = bias ? y + NewLeaf(new Shape(1, outputs, 1, 1)).Value : y;
        // Winograd's algorithm, which 3×3 kernels may run by, rounds.
        Item result = Scaled(relu ? y.Relu() : y, x, (s[1] / groups * kernel * kernel) + 1);
        return kernel < 3 ? result : Item.Rounded(result.Value);
    }

    private IEnumerable<(string Name, Func<Item?> Make)> Rows()
    {
        yield return ("softmax", () => Float(1) is { } x && x.Value.Rank > 0 ? Item.Rounded(x.Value.Tanh().Softmax(_random.Next(x.Value.Rank))) : null);
        yield return ("log-softmax", () => Float(1) is { } x && x.Value.Rank > 0 ? Item.Rounded(x.Value.Tanh().LogSoftmax(_random.Next(x.Value.Rank))) : null);
        yield return ("layer-norm", () =>
        {
            Item x = Float(1)!.Value;
            if (x.Value.Rank == 0)
            {
                return null;
            }

            var row = new Shape(x.Value.Shape[^1]);
            return Item.Rounded(x.Value.Tanh().LayerNorm(NewLeaf(row).Value, _random.Next(2) == 0 ? NewLeaf(row).Value : null, 0.1));
        }
        );
        yield return ("cross-entropy", () =>
        {
            Item x = Float(2)!.Value;
            Tensor logits = (x.Value.Rank == 2 ? x : NewLeaf(new Shape(1 + _random.Next(40), 2 + _random.Next(20)))).Value.Tanh();
            return Item.Rounded(logits.CrossEntropy(Indices(new Shape(logits.Shape[0]), logits.Shape[1]), _random.Next(2) * 0.1));
        }
        );
        yield return ("cross-entropy of pixels", () =>
        {
            Tensor logits = NewLeaf(RandomShape(rank: 4)).Value;
            Shape s = logits.Shape;
            return Item.Rounded(logits.CrossEntropy(Indices(new Shape(s[0], s[2], s[3]), s[1]), ignoreIndex: _random.Next(2) == 0 ? 1 : null));
        }
        );
        yield return ("attention", () =>
        {
            // Heads of one projection, as a transformer has them, or matrices of their own.
            int n = 1 + _random.Next(2), tokens = 1 + _random.Next(20), heads = 1 + _random.Next(3), width = 1 + _random.Next(20);
            Tensor Heads(Tensor x) => x.Reshape(n, tokens, heads, width).Permute(0, 2, 1, 3);
            Tensor[] parts = NewLeaf(new Shape(n, tokens, 3 * heads * width)).Value.Tanh().Split(-1, [.. Enumerable.Repeat(heads * width, 3)]);
            Tensor k = _random.Next(2) == 0 ? Heads(parts[1]) : NewLeaf(new Shape(n, heads, 1 + _random.Next(40), width)).Value.Tanh();
            Tensor v = k.Shape[2] == tokens ? Heads(parts[2]) : NewLeaf(new Shape(n, heads, k.Shape[2], 1 + _random.Next(20))).Value;
            Tensor? mask = _random.Next(3) == 0 ? NewLeaf(new Shape(tokens, k.Shape[2])).Value.Tanh() : null;
            Tensor y = Tensor.Attention(Heads(parts[0]), k, v, mask, causal: _random.Next(2) == 0);
            return Item.Rounded(_random.Next(2) == 0 ? y.Permute(0, 2, 1, 3).Reshape(n, tokens, -1) : y);
        }
        );
        yield return ("random", () => Item.Rounded(new Rng(7, _device).Stream("graph").Uniform(RandomShape(), -1, 1)));
    }
}
