namespace Descent;

/// <summary>How models learn that need no steps: from all examples at once.</summary>
internal static class Fitting
{
    /// <summary>Keeps the first examples, as many as the model holds, evenly spread over the set.</summary>
    public static void Neighbors(Layer model, Architecture options, IDataset data)
    {
        var neighbors = (NeighborClassifier)model;
        int kept = neighbors.Labels.Shape[0];
        (float[] inputs, Tensor targets) = All(new Subset(data, Enumerable.Range(0, kept).Select(i => (int)((long)i * data.Count / kept))), DeviceOf(model));
        neighbors.Fit(inputs, targets.ToArray<int>());
    }

    /// <summary>Least squares, with a ridge where one is asked for.</summary>
    /// <param name="fit">The model's own, of examples (N, in), targets (N, out) and the ridge.</param>
    /// <param name="model">What learns.</param>
    /// <param name="options">Of the model.</param>
    /// <param name="data">What it learns from.</param>
    /// <exception cref="ArgumentException">The examples do not say enough.</exception>
    public static void LeastSquares(Action<Tensor, Tensor, double> fit, Layer model, Architecture options, IDataset data)
    {
        Device device = DeviceOf(model);
        (float[] inputs, Tensor targets) = All(data, device);
        try
        {
            fit(Tensor.From(inputs, new(data.Count, inputs.Length / data.Count), device), targets, options.Factor("ridge"));
        }
        catch (LinearAlgebraException e)
        {
            throw new ArgumentException($"{e.Message} Give the model a larger ridge: {options.With("ridge", "1")}.", e);
        }
    }

    /// <summary>The device that a model's values live on.</summary>
    public static Device DeviceOf(this Layer model) => model.State().Values.First().Read().Device;

    private static (float[] Inputs, Tensor Targets) All(IDataset data, Device device)
    {
        float[] inputs = new float[checked((int)(data.Count * data.InputShape().Count))];
        int at = 0;
        const int AtATime = 1000;
        var labels = new List<int>();
        var numbers = new List<float>();
        foreach ((Tensor batch, Tensor labelled) in data.InOrder(AtATime, device))
        {
            float[] part = batch.ToArray<float>();
            part.CopyTo(inputs, at);
            at += part.Length;
            if (labelled.DType.IsFloat())
            {
                numbers.AddRange(labelled.ToArray<float>());
            }
            else
            {
                labels.AddRange(labelled.ToArray<int>());
            }
        }

        Tensor targets = numbers.Count > 0
            ? Tensor.From(numbers.ToArray(), new(data.Count, numbers.Count / data.Count), device)
            : Tensor.From(labels.ToArray(), new(data.Count), device);
        return (inputs, targets);
    }
}
