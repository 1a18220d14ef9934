using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>The layers of the network: shapes, parameters, work for one example.</summary>
internal sealed record ModelSection(Classifier Classifier) : ReportSection("model")
{
    public override void Write(Utf8JsonWriter json)
    {
        Architecture architecture = Classifier.Architecture;
        Shape input = Classifier.Preprocessing.OutputShape(Classifier.ImageShape);
        var profile = NetworkProfile.Of(Classifier.Model, new Shape([1, .. input.Sizes]), architecture.InputType);
        json.WriteStartObject();
        json.WriteString("name", architecture.ToString());
        json.WriteString("description", architecture.Description);
        json.WriteString("input", Sizes(input));
        json.WriteNumber("parameters", profile.Parameters);
        json.WriteNumber("flops", profile.Flops);
        json.WriteNumber("activation_bytes", profile.ActivationBytes);
        json.WriteStartArray("layers");
        foreach (LayerProfile layer in profile.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            json.WriteString("output", Sizes(new Shape(layer.Output.Sizes[1..])));
            json.WriteNumber("parameters", layer.Parameters);
            json.WriteNumber("flops", 2 * layer.MultiplyAdds);
            if (layer.ReceptiveField is var (rows, columns))
            {
                json.WriteString("sees", string.Create(CultureInfo.InvariantCulture, $"{rows}×{columns}"));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Sizes(Shape shape) => string.Join('×', shape.Sizes.ToArray());
}
