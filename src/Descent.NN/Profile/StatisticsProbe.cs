namespace Descent;

/// <summary>
/// Reads the layers of a network from the graph of its loss, adds nodes that reduce what they give, and runs all of it once: activations need not
/// be copied, and the step that trains knows nothing of it.
/// </summary>
internal sealed class StatisticsProbe(Layer model, Tensor x, Func<Tensor> loss)
{
    /// <summary>Values that a histogram is made of at most.</summary>
    private const int MostSamples = 4096;

    /// <summary>Slopes of tanh below a twentieth of the greatest: 1 − y² &lt; 0.05.</summary>
    private static readonly double s_tanh = Math.Sqrt(0.95);

    private static readonly string[] s_activations =
    [
        "relu", "leaky-relu", "elu", "selu", "gelu", "gelu-tanh", "silu", "softplus", "sigmoid", "tanh", "hard-sigmoid", "hard-tanh", "hard-swish",
    ];

    private readonly List<Tensor> _parts = [];
    private float[] _values = [];
    private int _at;

    public NetworkStatistics Measure()
    {
        (Tensor scalar, List<Row> rows) = Build();
        Parameter[] parameters = [.. model.Parameters()];
        Parameter[] trained = [.. parameters.Where(p => !p.IsFrozen)];
        Tensor?[] gradients = Backward.Of(
            scalar, Tensor.Ones(scalar.Shape, scalar.DType, scalar.Device), [.. rows.Select(row => row.Node), .. trained.Select(p => p.Read())]);
        Add(scalar);
        var layers = rows.Select((row, i) => Layer(row, gradients[i])).ToArray();
        Func<double>[] norms = [.. parameters.Select(p => Norm(p.Read()))];
        var gradientNorms = trained.Select((p, i) => (p, gradients[rows.Count + i]))
            .Where(pair => pair.Item2 is not null).ToDictionary(pair => pair.p, pair => Norm(pair.Item2!));
        _values = Tensor.Concat(0, [.. _parts]).ToArray<float>();

        // The parts are read in the order in which they were added.
        double value = Next();
        LayerStatistics[] measured = [.. layers.Select(read => read())];
        double[] weights = [.. norms.Select(read => read())];
        var slopes = gradientNorms.ToDictionary(pair => pair.Key, pair => pair.Value());
        return new(
            value,
            measured,
            [.. parameters.Select((p, i) => new ParameterStatistics(p.Name, p.Shape, weights[i], slopes.TryGetValue(p, out double norm) ? norm : null))]);
    }

    /// <summary>
    /// The loss as training builds it, with what it would write taken off; and the rows of the network, which end with its last layer: what is
    /// behind belongs to the loss.
    /// </summary>
    private (Tensor Loss, List<Row> Rows) Build()
    {
        StateWalk walk = StateWalk.Of(model);
        (Module Module, bool IsTraining)[] modes = [.. walk.Modules.Select(m => (m.Module, m.Module.IsTraining))];
        HashSet<string> withBuffers = [.. walk.State.Where(cell => cell.Value is Buffer).Select(cell => ProfileTrace.OwnerOf(cell.Key))];
        ProfileTrace trace;
        Tensor scalar;
        try
        {
            foreach ((string path, Module module) in walk.Modules)
            {
                module.IsTraining = withBuffers.Contains(path);
            }

            scalar = loss();
            trace = ProfileTrace.Of(model, x, scalar);
        }
        finally
        {
            foreach ((Module module, bool isTraining) in modes)
            {
                module.IsTraining = isTraining;
            }
        }

        foreach (Tensor node in trace.Nodes)
        {
            node.EffectsDone();
        }

        var rows = new List<Row>();
        int last = trace.Rows.ToList().FindLastIndex(row => row.Name.Length > 0);
        string owner = "", ownerKind = "";
        for (int i = 0; i <= last; i++)
        {
            LayerProfile profile = trace.Rows[i];
            (owner, ownerKind) = profile.Name.Length > 0 ? (profile.Name, profile.Kind) : (owner, ownerKind);
            Tensor node = trace.Results[i];
            if (node.DType.IsFloat() && node.Rank > 1 && (profile.Name.Length > 0 || s_activations.Contains(profile.Kind)))
            {
                // Sequences are (N, T, D); of a convolution or its normalisation they are (N, C, L).
                bool isLast = node.Rank == 3 && !ownerKind.Contains("Conv", StringComparison.Ordinal) && !ownerKind.Contains("BatchNorm", StringComparison.Ordinal);
                rows.Add(new(NameOf(owner, profile.Kind, rows), profile.Kind, node, UnitAxis: isLast ? 2 : 1));
            }
        }

        return (scalar, rows);
    }

    /// <summary>An activation that follows another of the same layer is numbered, so that name and kind together are one row's own.</summary>
    private static string NameOf(string owner, string kind, List<Row> rows)
    {
        int same = rows.Count(row => row.Kind == kind && (row.Name == owner || row.Name.StartsWith($"{owner}#", StringComparison.Ordinal)));
        return same == 0 ? owner : $"{owner}#{same + 1}";
    }

    private Func<LayerStatistics> Layer(Row row, Tensor? gradient)
    {
        Tensor y = row.Node;
        Func<ValueStatistics> activations = Statistics(y);
        Func<ValueStatistics>? gradients = gradient is null ? null : Statistics(gradient);
        int units = y.Shape[row.UnitAxis];
        Func<double>? dead = null, saturated = null;
        switch (row.Kind)
        {
            case "relu":
                int[] others = [.. Enumerable.Range(0, y.Rank).Where(axis => axis != row.UnitAxis)];
                dead = Scalar(y.Max(others).EqualTo(0).To(DType.F32).Mean());
                break;
            case "sigmoid":
                // y·(1 − y) below a twentieth of a quarter, by the tanh that it is a half of.
                saturated = Scalar((((y * 2) - 1).Abs() >= s_tanh).To(DType.F32).Mean());
                break;
            case "tanh":
                saturated = Scalar((y.Abs() >= s_tanh).To(DType.F32).Mean());
                break;
        }

        return () => new(row.Name, row.Kind, activations(), gradients?.Invoke())
        {
            Units = units,
            DeadPart = dead?.Invoke(),
            SaturatedPart = saturated?.Invoke(),
        };
    }

    private Func<ValueStatistics> Statistics(Tensor y)
    {
        int count = checked((int)y.Shape.Count), step = Math.Max(1, count / MostSamples), samples = Math.Min(count / step, MostSamples);
        Add(y.Mean());
        Add(y.StandardDeviation(unbiased: false));
        Add(y.EqualTo(0).To(DType.F32).Mean());
        Add(y.Min());
        Add(y.Max());
        Add(y.Reshape(count).Slice(0, 0, step, samples));
        return () =>
        {
            double mean = Next(), deviation = Next(), zeros = Next(), low = Next(), high = Next();
            return new(mean, deviation, zeros, Histogram.Of(Take(samples), low, high));
        };
    }

    private Func<double> Norm(Tensor y) => Scalar(y.Square().Sum().Sqrt());

    private Func<double> Scalar(Tensor value)
    {
        Add(value);
        return () => Next();
    }

    private void Add(Tensor part) => _parts.Add(part.To(DType.F32).Reshape(checked((int)part.Shape.Count)));

    private float Next() => _values[_at++];

    private ReadOnlySpan<float> Take(int count)
    {
        ReadOnlySpan<float> values = _values.AsSpan(_at, count);
        _at += count;
        return values;
    }

    private sealed record Row(string Name, string Kind, Tensor Node, int UnitAxis);
}
