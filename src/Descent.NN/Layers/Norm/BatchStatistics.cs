namespace Descent;

/// <summary>A layer that keeps running statistics of its inputs.</summary>
internal interface IBatchStatistics
{
    /// <summary>The share of a batch in the running statistics.</summary>
    double Momentum { get; set; }
}

/// <summary>Running statistics of batch normalisation for weights that no batch has been through, such as averaged ones.</summary>
public static class BatchStatistics
{
    /// <summary>Whether a network has layers that keep any.</summary>
    public static bool AreIn(Module model) => StateWalk.Of(model).Modules.Any(inner => inner.Module is IBatchStatistics);

    /// <summary>
    /// Sets the running mean and variance of every batch normalisation to the plain means of those of these batches. All other layers are in
    /// evaluation mode while they are computed, so that nothing is drawn; so is the whole network afterwards.
    /// </summary>
    /// <remarks>Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018, section 3.2.</remarks>
    /// <param name="model">The network.</param>
    /// <param name="batches">Inputs of training examples.</param>
    public static void Recompute(Layer model, IEnumerable<Tensor> batches)
    {
        Module[] layers = [.. StateWalk.Of(model.Eval()).Modules.Select(inner => inner.Module).Where(inner => inner is IBatchStatistics)];
        double[] momenta = [.. layers.Select(layer => ((IBatchStatistics)layer).Momentum)];
        try
        {
            int seen = 0;
            foreach (Tensor batch in batches)
            {
                seen++;
                foreach (Module layer in layers)
                {
                    layer.IsTraining = true;
                    ((IBatchStatistics)layer).Momentum = 1.0 / seen;
                }

                model.Forward(batch).Realize();
            }
        }
        finally
        {
            for (int i = 0; i < layers.Length; i++)
            {
                ((IBatchStatistics)layers[i]).Momentum = momenta[i];
            }

            model.Eval();
        }
    }
}
