namespace Descent;

/// <summary>Statistics of a network on a data set that fits in one batch.</summary>
internal static class NetworkProbe
{
    public static NetworkStatistics Measure(Layer model, Func<Tensor, Tensor, Tensor> objective, IDataset samples)
    {
        Device device = model.Parameters()[0].Read().Device;
        foreach ((Tensor inputs, Tensor targets) in samples.InOrder(samples.Count, device))
        {
            return NetworkStatistics.Of(model, inputs, () => objective(inputs, targets));
        }

        throw new ArgumentException("A network is measured on at least one sample.", nameof(samples));
    }
}
