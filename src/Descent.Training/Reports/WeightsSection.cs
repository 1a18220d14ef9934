using System.Text.Json;

namespace Descent;

/// <summary>The weights of the layer that reads the image, as images: of a linear model the template of each class, else its filters.</summary>
internal sealed record WeightsSection(string Name, string Layer, Shape Weight, int Total, IReadOnlyList<(string Name, Thumbnail Image)> Pictures)
    : ReportSection(Name)
{
    private const int Most = 64;

    /// <summary>Null where inputs are no images, or no layer reads them as they are.</summary>
    public static WeightsSection? Of(Classifier classifier)
    {
        Shape image = classifier.ImageShape;
        if (!Thumbnail.CanShow(image) || classifier.Model.Parameters().FirstOrDefault(p => Reads(p.Shape, image)) is not { } weight)
        {
            return null;
        }

        bool isLinear = classifier.Model is LinearModel;
        Shape shape = weight.Shape.Rank == 4 ? new(weight.Shape[1], weight.Shape[2], weight.Shape[3]) : image;
        int count = weight.Shape[0], shown = Math.Min(count, Most);
        float[] values = weight.Read().ToArray<float>();
        double largest = Largest(values);
        var pictures = new (string, Thumbnail)[shown];
        for (int i = 0; i < shown; i++)
        {
            ReadOnlySpan<float> own = values.AsSpan(i * (int)shape.Count, (int)shape.Count);
            string name = isLinear && count == classifier.ClassNames.Count ? classifier.ClassNames[i] : $"{i}";
            pictures[i] = (name, Thumbnail.OfWeights(own, shape, isLinear ? Largest(own) : largest));
        }

        return new(isLinear ? "templates" : "filters", weight.Name, weight.Shape, count, pictures);
    }

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("layer", Layer);
        json.WriteString("shape", Weight.ToString());
        json.WriteNumber("total", Total);
        json.WriteStartArray("pictures");
        foreach ((string name, Thumbnail image) in Pictures)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            image.WriteMembers(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A convolution over the image's channels with more than one pixel, or an affine layer over all its pixels.</summary>
    private static bool Reads(Shape weight, Shape image) =>
        (weight.Rank == 4 && weight[1] == image[0] && weight[2] > 1) || (weight.Rank == 2 && weight[1] == image.Count);

    private static double Largest(ReadOnlySpan<float> values)
    {
        double largest = 1e-12;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
