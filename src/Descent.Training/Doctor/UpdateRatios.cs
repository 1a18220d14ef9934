namespace Descent;

/// <summary>By how much each parameter changes from one look to the next: <c>‖w′ − w‖ / ‖w‖</c>.</summary>
internal sealed class UpdateRatios
{
    private readonly Parameter[] _parameters;
    private readonly float[][] _before;

    private UpdateRatios(Parameter[] parameters) =>
        (_parameters, _before) = (parameters, [.. parameters.Select(p => p.ToArray<float>())]);

    /// <summary>The f32 parameters of an optimizer as they are now.</summary>
    public static UpdateRatios Of(Optimizer optimizer) => new([.. optimizer.Parameters.Where(p => p.DType == DType.F32)]);

    /// <summary>Of each parameter since the last look; of one that is all 0, 0. Weights are those with two axes or more.</summary>
    public (string Name, double Ratio, bool IsWeight)[] Next()
    {
        var ratios = new (string, double, bool)[_parameters.Length];
        for (int i = 0; i < ratios.Length; i++)
        {
            float[] now = _parameters[i].ToArray<float>(), before = _before[i];
            double change = 0, size = 0;
            for (int k = 0; k < now.Length; k++)
            {
                double step = now[k] - before[k];
                change += step * step;
                size += (double)before[k] * before[k];
            }

            _before[i] = now;
            ratios[i] = (_parameters[i].Name, size > 0 ? Math.Sqrt(change / size) : 0, _parameters[i].Shape.Rank > 1);
        }

        return ratios;
    }
}
