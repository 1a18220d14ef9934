using System.Text.Json;

namespace Descent;

/// <summary>How weights, activations and gradients stood behind an epoch: a line of <c>metrics.jsonl</c> whose <c>kind</c> is "statistics".</summary>
/// <param name="Epoch">From 1; 0 before the first step.</param>
/// <param name="Step">Steps done.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="Network">Measured on one batch of training samples.</param>
/// <param name="UpdateRatios">
/// By the name of each parameter, the norm of the last step by that of the parameter before it; empty before the first step.
/// </param>
public sealed record TrainingStatistics(
    int Epoch, long Step, double LearningRate, NetworkStatistics Network, IReadOnlyDictionary<string, double> UpdateRatios)
{
    /// <summary>What a line of <c>metrics.jsonl</c> that holds one is of.</summary>
    public const string Kind = "statistics";

    /// <summary>
    /// Writes <c>kind</c> (always "statistics"), <c>epoch</c>, <c>step</c>, <c>learning_rate</c>, <c>probe_loss</c>; <c>layers</c>, each with
    /// <c>name</c>, <c>kind</c> (the type of the module, or <c>relu</c>), <c>units</c>, <c>activations</c> and, where there are any,
    /// <c>gradients</c>, <c>dead_part</c>, <c>saturated_part</c>; and <c>parameters</c>, each with <c>name</c>, <c>norm</c> and, where there are any,
    /// <c>gradient_norm</c>, <c>update_ratio</c>. Activations and gradients have <c>mean</c>, <c>deviation</c>, <c>zero_part</c>, <c>low</c> and
    /// <c>high</c>, the ends of the histogram, and <c>counts</c>, those of its equally wide bins; ends differ from line to line.
    /// </summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("kind", Kind);
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("step", Step);
        json.WriteFinite("learning_rate", LearningRate);
        json.WriteFinite("probe_loss", Network.Loss);
        json.WriteStartArray("layers");
        foreach (LayerStatistics layer in Network.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            json.WriteNumber("units", layer.Units);
            Write("activations", layer.Activations);
            Write("gradients", layer.Gradients);
            WriteIfAny("dead_part", layer.DeadPart);
            WriteIfAny("saturated_part", layer.SaturatedPart);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("parameters");
        foreach (ParameterStatistics parameter in Network.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            json.WriteFinite("norm", Rounded(parameter.Norm));
            WriteIfAny("gradient_norm", parameter.GradientNorm);
            WriteIfAny("update_ratio", UpdateRatios.TryGetValue(parameter.Name, out double ratio) ? ratio : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();

        void Write(string name, ValueStatistics? values)
        {
            if (values is null)
            {
                return;
            }

            json.WriteStartObject(name);
            json.WriteFinite("mean", Rounded(values.Mean));
            json.WriteFinite("deviation", Rounded(values.Deviation));
            json.WriteFinite("zero_part", Rounded(values.ZeroPart));
            json.WriteFinite("low", Rounded(values.Histogram.Low));
            json.WriteFinite("high", Rounded(values.Histogram.High));
            json.WriteStartArray("counts");
            foreach (int count in values.Histogram.Counts)
            {
                json.WriteNumberValue(count);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        void WriteIfAny(string name, double? value)
        {
            if (value is { } number)
            {
                json.WriteFinite(name, Rounded(number));
            }
        }
    }

    /// <summary>Five digits: a drawing shows no more, and the file stays small.</summary>
    private static double Rounded(double value) => double.IsFinite(value) ? double.Parse(
        value.ToString("G5", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture) : value;
}
