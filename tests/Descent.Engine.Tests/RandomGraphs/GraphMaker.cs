namespace Descent.Tests;

/// <summary>
/// A value of a random graph. Where every value is a multiple of 2^−<paramref name="Bits"/> no larger than <paramref name="Magnitude"/> and
/// both are small, f32 computes it without rounding: only such values may decide (a maximum, a comparison, a kink), since a rounding error
/// would decide otherwise than double precision does.
/// </summary>
internal readonly record struct Item(Tensor Value, int Bits, double Magnitude)
{
    public bool IsExact => Bits >= 0 && Bits + Math.Log2(Math.Max(1, Magnitude)) <= 20;

    public static Item Rounded(Tensor value) => new(value, -1, 0);
}

/// <summary>Grows an expression graph from a seed: the same seed and size give the same graph.</summary>
internal sealed class GraphMaker
{
    private static readonly int[] s_channels = [1, 2, 3, 6, 16, 17, 35];
    private readonly Random _random;
    private readonly Device _device;
    private readonly List<Item> _pool = [];
    private readonly (string Name, Func<Item?> Make)[] _makers;

    public GraphMaker(int seed, int size, Device device)
    {
        (_random, _device) = (new Random(seed), device);
        _makers = [.. Elementwise(), .. Kinks(), .. Reductions(), .. Moves(), .. Products(), ("factors of a matrix", Factors), .. Images(), .. Rows()];
        _pool.Add(NewLeaf(RandomShape()));
        _pool.Add(NewLeaf(RandomShape(rank: 4)));
        while (Steps.Count < size)
        {
            (string name, Func<Item?> make) = _makers[_random.Next(_makers.Length)];
            if (make() is { } item && item.Value.Shape.Count is > 0 and <= 40_000)
            {
                _pool.Add(item);
                Steps.Add($"{name} → {item.Value.Type}");
            }
        }

        // The later half of the pool is what nothing else may have used yet.
        int outputs = 1 + _random.Next(3);
        for (int i = 0; i < outputs; i++)
        {
            Outputs.Add(_pool[_pool.Count - 1 - _random.Next(Math.Min(_pool.Count, 4))].Value);
        }
    }

    /// <summary>What was built, for the message of a failure.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>What gradients are taken by.</summary>
    public List<Parameter> Leaves { get; } = [];

    public List<Tensor> Outputs { get; } = [];

    /// <summary>One number that depends on all outputs.</summary>
    public Tensor Loss()
    {
        Tensor? loss = null;
        foreach (Tensor output in Outputs.Where(output => output.DType == DType.F32))
        {
            Tensor part = (output * NewLeaf(output.Shape).Value).Mean();
            loss = loss is null ? part : loss + part;
        }

        return loss ?? (Leaves[0].Read() * 1.5).Sum();
    }

    public Tensor Direction(Shape shape) => NewConstant(shape).Value;

    private Item Any() => _pool[_random.Next(_pool.Count)];

    private Item? Exact() => Enumerable.Range(0, 6).Select(_ => Any()).Cast<Item?>().FirstOrDefault(x => x!.Value.IsExact && x.Value.Value.DType == DType.F32)
        ?? (_random.Next(2) == 0 ? NewLeaf(RandomShape()) : null);

    private Item? Float(int minRank = 0)
    {
        Item? found = Enumerable.Range(0, 6).Select(_ => Any()).Cast<Item?>()
            .FirstOrDefault(x => x!.Value.Value.DType == DType.F32 && x.Value.Value.Rank >= minRank);
        return found ?? (minRank == 4 ? NewLeaf(RandomShape(rank: 4)) : NewLeaf(RandomShape()));
    }

    private Shape RandomShape(int? rank = null)
    {
        switch (rank ?? _random.Next(5))
        {
            case 0:
                return new Shape(1 + _random.Next(_random.Next(3) == 0 ? 36_000 : 5_000));
            case 1:
                return new Shape(1 + _random.Next(70), 1 + _random.Next(70));
            case 2:
                return new Shape(1 + _random.Next(4), 1 + _random.Next(20), 1 + _random.Next(20));
            case 3:
                return new Shape(3 + _random.Next(3), 1 + _random.Next(3));
            default:
                return new Shape(1 + _random.Next(3), s_channels[_random.Next(s_channels.Length)], 3 + _random.Next(7), 3 + _random.Next(7));
        }
    }

    /// <summary>A parameter of quarters from −2 to 2.</summary>
    private Item NewLeaf(Shape shape)
    {
        var parameter = new Parameter(Quarters(shape)) { Name = $"p{Leaves.Count}.weight", Order = Leaves.Count };
        Leaves.Add(parameter);
        return new Item(parameter, 2, 2);
    }

    private Item NewConstant(Shape shape) => new(Quarters(shape), 2, 2);

    private Tensor Quarters(Shape shape)
    {
        float[] values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (_random.Next(17) - 8) / 4f;
        }

        return Tensor.From(values, shape, _device);
    }

    private Item Partner(Shape shape, bool exact)
    {
        foreach (Item item in _pool)
        {
            if (item.Value.Shape == shape && item.Value.DType == DType.F32 && (item.IsExact || !exact) && _random.Next(3) == 0)
            {
                return item;
            }
        }

        // A shape that stretches: some axes of size 1, perhaps fewer axes.
        int drop = shape.Rank == 0 ? 0 : _random.Next(shape.Rank);
        int[] sizes = [.. shape.Sizes[drop..]];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = _random.Next(3) == 0 ? 1 : sizes[axis];
        }

        return NewLeaf(new Shape(sizes));
    }

    private static int AddBits(Item a, Item b) => a.Bits < 0 || b.Bits < 0 ? -1 : a.Bits + b.Bits;

    private static int MaxBits(Item a, Item b) => a.Bits < 0 || b.Bits < 0 ? -1 : Math.Max(a.Bits, b.Bits);

    private (string Name, Func<Item?> Make) Smooth(string name, Func<Tensor, Tensor> f) =>
        (name, () => Float() is { } x ? Item.Rounded(f(x.Value)) : null);

    private IEnumerable<(string Name, Func<Item?> Make)> Elementwise()
    {
        yield return Smooth("tanh", x => x.Tanh());
        yield return Smooth("sigmoid", x => x.Sigmoid());
        yield return Smooth("softplus", x => x.Softplus());
        yield return Smooth("gelu", x => x.Gelu());
        yield return Smooth("gelu by tanh", x => x.Gelu(true));
        yield return Smooth("sin", x => x.Sin());
        yield return Smooth("cos", x => x.Cos());
        yield return Smooth("erf", x => x.Erf());
        yield return Smooth("exp", x => x.Tanh().Exp());
        yield return Smooth("log", x => (x.Square() + 0.5).Log());
        yield return Smooth("sqrt", x => (x.Square() + 0.5).Sqrt());
        yield return Smooth("power", x => (x.Tanh().Square() + 0.5).Pow(1.5));
        yield return Smooth("silu", x => x.Silu());
        yield return Smooth("divide", x => x / (x.Square() + 1));
        yield return Smooth("uniform", x => (x * 0.37) - 0.11);
        yield return ("multiply-add", () =>
        {
            Item x = Float()!.Value, y = Partner(x.Value.Shape, exact: false), z = Partner(x.Value.Shape, exact: false);
            return Item.Rounded(x.Value.Tanh().MultiplyAdd(y.Value.Tanh(), z.Value));
        }
        );
        yield return ("several results", () =>
        {
            // Read twice in one shape: one launch hands out both, or reduces what it hands out.
            Item x = Float()!.Value;
            Tensor y = x.Value.Tanh(), z = y * 1.25;
            return Item.Rounded((z + y.Sum()) * (y - z.Mean()));
        }
        );
        yield return Smooth("detach", x => x.Tanh().Detach());
        yield return ("negate", () => Float() is { } x ? x with { Value = -x.Value } : null);
        yield return ("add", () =>
        {
            Item x = Float()!.Value, y = Partner(x.Value.Shape, exact: false);
            return new Item(x.Value + y.Value, MaxBits(x, y), x.Magnitude + y.Magnitude);
        }
        );
        yield return ("subtract", () =>
        {
            Item x = Float()!.Value, y = Partner(x.Value.Shape, exact: false);
            return new Item(y.Value - x.Value, MaxBits(x, y), x.Magnitude + y.Magnitude);
        }
        );
        yield return ("multiply", () =>
        {
            Item x = Float()!.Value, y = Partner(x.Value.Shape, exact: false);
            return y.Bits < 0 ? Item.Rounded(x.Value.Tanh() * y.Value.Tanh()) : new Item(x.Value * y.Value, AddBits(x, y), x.Magnitude * y.Magnitude);
        }
        );
    }

    private (string Name, Func<Item?> Make) Kink(string name, Func<Tensor, Item, Tensor> f) => (name, () =>
    {
        if (Exact() is not { } x)
        {
            return null;
        }

        Item y = Partner(x.Value.Shape, exact: true);
        return y.IsExact ? new Item(f(x.Value, y), MaxBits(x, y), Math.Max(1, x.Magnitude + y.Magnitude)) : null;
    }
    );

    private IEnumerable<(string Name, Func<Item?> Make)> Kinks()
    {
        yield return Kink("relu", (x, _) => x.Relu());
        yield return Kink("relu of sum", (x, y) => (x + y.Value).Relu());
        yield return Kink("abs", (x, _) => x.Abs());
        yield return Kink("sign", (x, _) => x.Sign());
        yield return Kink("floor", (x, _) => x.Floor());
        yield return Kink("clamp", (x, _) => x.Clamp(-1, 0.5));
        yield return Kink("maximum", (x, y) => x.Max(y.Value));
        yield return Kink("minimum", (x, y) => x.Min(y.Value));
        yield return Kink("select greater", (x, y) => Tensor.Select(x > y.Value, x, y.Value));
        yield return Kink("select logic", (x, y) => Tensor.Select((x >= y.Value) & !x.EqualTo(0) | y.Value.NotEqualTo(1), x, -x));
        yield return Kink("compare and cast", (x, y) => x.EqualTo(y.Value).To(DType.F32));
        yield return ("leaky relu", () => Exact() is { } x ? Item.Rounded(x.Value.LeakyRelu(0.1)) : null);
        yield return ("elu", () => Exact() is { } x ? Item.Rounded(x.Value.Clamp(-4, 4).Elu()) : null);
        yield return Kink("heaviside", (x, _) => x.Heaviside());
        yield return Kink("hard tanh", (x, _) => x.HardTanh());
        yield return ("hard sigmoid", () => Exact() is { } x ? Item.Rounded(x.Value.HardSigmoid()) : null);
        yield return ("hard swish", () => Exact() is { } x ? Item.Rounded(x.Value.Clamp(-4, 4).HardSwish()) : null);
        yield return ("selu", () => Exact() is { } x ? Item.Rounded(x.Value.Clamp(-4, 4).Selu()) : null);
        yield return ("integer arithmetic", () =>
        {
            Shape shape = RandomShape();
            Tensor a = Indices(shape, 9), b = Indices(_random.Next(2) == 0 ? shape : new Shape(shape.Sizes[^1..]), 5);
            Tensor n = ((a * 3) - b).Max(b.Sum() - 4).Min(a + 20);
            return new Item(Tensor.Select(a > b, n, -(n - 2).Abs() + (b * 0) + (b + 0)).To(DType.F32), 0, 32);
        }
        );
        yield return ("integers beside floats", () => Exact() is { } x
            ? new Item(x.Value * Indices(x.Value.Shape, 4), x.Bits, x.Magnitude * 3) : null);
        yield return ("constants", () =>
        {
            Item x = Float()!.Value;
            Tensor two = Tensor.Ones(x.Value.Shape, device: _device) + Tensor.Scalar(1, device: _device);
            return new Item((x.Value * two) + Tensor.Select(two > 1, x.Value, -x.Value), x.Bits, x.Magnitude * 3);
        }
        );
        yield return ("swapped operands", () =>
        {
            Item x = Float()!.Value, y = Partner(x.Value.Shape, exact: false);
            return new Item((x.Value + y.Value) - (y.Value + x.Value), MaxBits(x, y), x.Magnitude + y.Magnitude);
        }
        );
        yield return ("mask", () => Exact() is { } x ? Item.Rounded(x.Value.Less(Tensor.Scalar(0, device: _device))) : null);
    }

    private int[] RandomAxes(int rank) => [.. Enumerable.Range(0, rank).Where(_ => _random.Next(2) == 0)];

    private IEnumerable<(string Name, Func<Item?> Make)> Reductions()
    {
        yield return ("sum", () =>
        {
            Item x = Float()!.Value;
            return Item.Rounded(x.Value.Tanh().Sum(RandomAxes(x.Value.Rank), keepDims: _random.Next(2) == 0) * 0.1);
        }
        );
        yield return ("sum of exact", () =>
        {
            Item x = Float()!.Value;
            return new Item(x.Value.Sum(RandomAxes(x.Value.Rank), keepDims: true), x.Bits, x.Magnitude * x.Value.Shape.Count);
        }
        );
        yield return ("mean", () => Float() is { } x ? Item.Rounded(x.Value.Mean(RandomAxes(x.Value.Rank))) : null);
        yield return ("max", () => Exact() is { } x ? x with { Value = x.Value.Max(RandomAxes(x.Value.Rank), keepDims: true) } : null);
        yield return ("min", () => Exact() is { } x ? x with { Value = x.Value.Min(RandomAxes(x.Value.Rank)) } : null);
        yield return ("variance", () => Float() is { } x && x.Value.Shape.Count > 2 ? Item.Rounded(x.Value.Tanh().Variance(unbiased: _random.Next(2) == 0)) : null);
        yield return ("log-sum-exp", () => Float() is { } x ? Item.Rounded(x.Value.Tanh().LogSumExp(RandomAxes(x.Value.Rank))) : null);
        yield return ("argmin", () => Exact() is { } x
            ? new Item(x.Value.ArgMin(RandomAxes(x.Value.Rank), keepDims: true).To(DType.F32), 0, x.Value.Shape.Count) : null);
        yield return ("integer reductions", () =>
        {
            Tensor x = Indices(RandomShape(), 5);
            Tensor y = _random.Next(3) switch { 0 => x.Sum(RandomAxes(x.Rank)), 1 => x.Max(RandomAxes(x.Rank)), _ => x.Min(RandomAxes(x.Rank)) };
            return new Item(y.To(DType.F32), 0, 4 * x.Shape.Count);
        }
        );
        yield return ("argmax and one-hot", () => Exact() is { } x && x.Value.Rank > 0
            ? new Item(x.Value.ArgMax(_random.Next(x.Value.Rank)).OneHot(Math.Max(2, x.Value.Shape.Sizes.ToArray().Max())), 0, 1) : null);
    }

    private (string Name, Func<Item?> Make) Move(string name, int minRank, Func<Tensor, Tensor> f) =>
        (name, () => Float(minRank) is { } x && x.Value.Rank >= minRank ? x with { Value = f(x.Value) } : null);

    private IEnumerable<(string Name, Func<Item?> Make)> Moves()
    {
        yield return Move("reshape", 2, x => x.Reshape(_random.Next(2) == 0 ? [-1] : [x.Shape[0], -1]));
        yield return Move("permute", 2, x =>
        {
            int[] axes = [.. Enumerable.Range(0, x.Rank)];
            _random.Shuffle(axes);
            return x.Permute(axes);
        });
        yield return Move("transpose", 2, x => x.T);
        yield return Move("narrow", 1, x =>
        {
            int axis = _random.Next(x.Rank), start = _random.Next(x.Shape[axis]);
            return x.Narrow(axis, start, 1 + _random.Next(x.Shape[axis] - start));
        });
        yield return Move("strided slice", 1, x =>
        {
            int axis = _random.Next(x.Rank);
            return x.Slice(axis, 0, 2, (x.Shape[axis] + 1) / 2);
        });
        yield return Move("flip", 1, x => x.Flip(_random.Next(x.Rank)));
        yield return Move("unfold", 1, x =>
        {
            int axis = _random.Next(x.Rank), size = 1 + _random.Next(Math.Min(3, x.Shape[axis])), dilation = size > 1 ? 1 + _random.Next((x.Shape[axis] - 1) / (size - 1)) : 1;
            return x.Rank < 6 ? x.Unfold(axis, size, 1 + _random.Next(3), Math.Min(dilation, 3)) : x + 0;
        });
        yield return Move("expand", 0, x => x.Rank < 5 ? x.Expand(new Shape([2, .. x.Shape.Sizes])) : x + 0);
        yield return Move("concat", 1, x =>
        {
            int axis = _random.Next(x.Rank);
            return Tensor.Concat(axis, x, NewLeaf(x.Shape.With(axis, 1 + _random.Next(3))).Value, x);
        });
        yield return Move("pad", 1, x => x.Pad(
            [.. Enumerable.Range(0, x.Rank).Select(_ => _random.Next(2))], [.. Enumerable.Range(0, x.Rank).Select(_ => _random.Next(3))], 0.5));
        yield return Move("gather", 1, x => x.Gather(Indices(new Shape(1 + _random.Next(5)), x.Shape[0])));
        yield return ("scatter-add along", () =>
        {
            Item x = Float(1)!.Value;
            if (x.Value.Rank == 0)
            {
                return null;
            }

            int axis = _random.Next(x.Value.Rank);
            Item numbers = NewLeaf(x.Value.Shape.With(axis, 3));
            Tensor y = x.Value.ScatterAddAlong(Indices(numbers.Value.Shape, x.Value.Shape[axis]), numbers.Value, axis);
            return new Item(y, MaxBits(x, numbers), x.Magnitude + 6);
        }
        );
        yield return Move("gather along", 1, x => x.GatherAlong(Indices(x.Shape.With(x.Rank - 1, 2), x.Shape[^1])));
        yield return ("scatter-add", () =>
        {
            Item x = Float(1)!.Value;
            if (x.Value.Rank == 0)
            {
                return null;
            }

            Item slices = NewLeaf(x.Value.Shape.With(0, 3));
            return new Item(x.Value.ScatterAdd(Indices(new Shape(3), x.Value.Shape[0]), slices.Value), MaxBits(x, slices), x.Magnitude + 6);
        }
        );
    }

    private Tensor Indices(Shape shape, int below)
    {
        long[] values = new long[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _random.Next(below);
        }

        return (below <= 256 ? _random.Next(3) : _random.Next(2)) switch
        {
            0 => Tensor.From(values, shape, _device),
            1 => Tensor.From([.. values.Select(v => (int)v)], shape, _device),
            _ => Tensor.From([.. values.Select(v => (byte)v)], shape, _device),
        };
    }

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
            Item x = NewLeaf(RandomShape(rank: 4));
            int hidden = 2 + _random.Next(17), outputs = 1 + _random.Next(17);
            // 2×2: a sum that Winograd's algorithm rounds would be rectified otherwise than in double.
            Tensor y = x.Value.Conv2d(NewLeaf(new Shape(hidden, x.Value.Shape[1], 2, 2)).Value, padding: 1).Relu();
            return Item.Rounded(y.Conv2d(NewLeaf(new Shape(outputs, hidden, 3, 3)).Value, padding: 1) * 0.01);
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
