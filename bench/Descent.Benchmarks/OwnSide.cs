using System.Diagnostics;

namespace Descent.Benchmarks;

/// <summary>A case in Descent, as a user runs it: a compiled training step and a compiled forward pass.</summary>
internal sealed class OwnSide
{
    private readonly Case _case;
    private readonly Device _device;
    private readonly Layer _model;
    private readonly IReadOnlyDictionary<string, Cell> _state;
    private readonly Dictionary<string, float[]> _initial;
    private readonly Tensor[] _images, _labels;
    private readonly Dictionary<int, (Compiled Forward, Tensor[] Inputs)> _inference = [];
    private Compiled _step;

    public OwnSide(Case of, int threads)
    {
        _case = of;
        _device = Device.Cpu(threads);
        _model = of.Create(new Rng(seed: 1, _device));
        _state = _model.State();
        (float[] Images, int[] Labels)[] data = [.. Enumerable.Range(0, Case.Ring).Select(of.Data)];
        _images = [.. data.Select(d => Tensor.From(d.Images, of.Shape(of.Batch), _device))];
        _labels = [.. data.Select(d => Tensor.From(d.Labels, new(of.Batch), _device))];
        _step = NewStep();

        // All sides begin behind one step, where no bias is 0 and no running statistic what it is made as.
        Steps(1);
        _initial = _state.ToDictionary(cell => cell.Key, cell => cell.Value.ToArray<float>());
    }

    /// <summary>The number of parameters.</summary>
    public long Parameters => _model.Count;

    /// <summary>Writes the weights and the data for the peers, who name an MLP's layers as they name those of LeNet-5.</summary>
    public void Export(string weights, string data)
    {
        Safetensors.Write(weights, _initial.Select(cell =>
            KeyValuePair.Create(PeerName(cell.Key), Packed(_state[cell.Key].Shape.Sizes, cell.Value))));
        (float[] Images, int[] Labels)[] ring = [.. Enumerable.Range(0, Case.Ring).Select(_case.Data)];
        Safetensors.Write(data,
        [
            KeyValuePair.Create("images", Packed([Case.Ring, .. _case.Shape(_case.Batch).Sizes], ring.SelectMany(r => r.Images).ToArray())),
            KeyValuePair.Create("labels", Packed([Case.Ring, _case.Batch], ring.SelectMany(r => r.Labels).ToArray())),
        ]);
    }

    /// <summary>The losses of so many steps from the initial weights.</summary>
    public double[] Losses(int steps)
    {
        _model.Train();
        Reset();
        _step = NewStep(); // With an optimizer that has no momentum yet.
        return [.. Enumerable.Range(0, steps).Select(i => _step.Run(_images[i % Case.Ring], _labels[i % Case.Ring]).Item())];
    }

    /// <summary>The logits of the first batch with the initial weights, one row after the other.</summary>
    public float[] Logits()
    {
        Reset();
        _model.Eval();
        return _model.Forward(_images[0]).ToArray<float>();
    }

    /// <summary>Seconds for so many training steps, each with its loss read.</summary>
    public double Train(int iterations)
    {
        _model.Train();
        Reset();
        Steps(_case.Few(Case.Ring));
        long start = Stopwatch.GetTimestamp();
        Steps(iterations);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds for so many inferences, each with its logits read.</summary>
    public double Infer(int iterations, int batch)
    {
        _model.Eval();
        Reset();
        if (!_inference.TryGetValue(batch, out (Compiled Forward, Tensor[] Inputs) inference))
        {
            Tensor[] inputs = batch == _case.Batch ? _images : [.. _images.Select(x => Tensor.From(
                x.ToArray<float>().AsSpan(0, (int)(batch * _case.ImageShape.Count)), _case.Shape(batch), _device))];
            inference = _inference[batch] = (_device.Compile(x => _model.Forward(x)), inputs);
        }

        Inferences(inference, _case.Few(Case.Ring));
        long start = Stopwatch.GetTimestamp();
        Inferences(inference, iterations);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Managed bytes that the whole process allocates per training step.</summary>
    public double BytesPerStep()
    {
        int steps = Math.Max(10, _case.Few(1000));
        Train(_case.Few(Case.Ring));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Steps(steps);
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / steps;
    }

    /// <summary>The plan of a measure with the mean time of each launch.</summary>
    public string Plan(Measure measure)
    {
        int iterations = _case.Few(200);
        Run();
        _device.Profile = true;
        Run();
        _device.Profile = false;
        return _device.DescribeLastPlan();

        void Run() => _ = measure == Measure.Train ? Train(iterations) : Infer(iterations, measure == Measure.InferOne ? 1 : _case.Batch);
    }

    private void Steps(int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += _step.Run(_images[i % Case.Ring], _labels[i % Case.Ring]).Item();
        }

        System.Diagnostics.Trace.Assert(double.IsFinite(sum), "The losses must be numbers.");
    }

    private static void Inferences((Compiled Forward, Tensor[] Inputs) inference, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += inference.Forward.Run(inference.Inputs[i % Case.Ring]).ToArray<float>()[^1];
        }

        System.Diagnostics.Trace.Assert(double.IsFinite(sum), "The logits must be numbers.");
    }

    private void Reset()
    {
        foreach ((string name, float[] values) in _initial)
        {
            _state[name].Write<float>(values);
        }
    }

    private Compiled NewStep()
    {
        var optimizer = new Sgd(_model.Parameters(), learningRate: 0.01, momentum: 0.9);
        return _device.Compile((x, y) => optimizer.Step(Loss.CrossEntropy(_model.Forward(x), y).Backward()));
    }

    private static SafetensorsTensor Packed<T>(ReadOnlySpan<int> shape, T[] values)
        where T : unmanaged => SafetensorsTensor.Of<T>([.. shape.ToArray().Select(size => (long)size)], values);

    // layers.0.weight of an MLP is fc1.weight to its peers.
    private static string PeerName(string name) =>
        name.Split('.') is ["layers", var index, var part] ? $"fc{int.Parse(index) + 1}.{part}" : name;
}
