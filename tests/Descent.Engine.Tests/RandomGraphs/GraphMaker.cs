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
internal sealed partial class GraphMaker
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
}
