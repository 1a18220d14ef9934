using System.Globalization;
using System.Text.Json;

namespace Descent;

/// <summary>
/// A trained network with all that is needed to use it: architecture, shape of its images, names of its classes, preprocessing.
/// </summary>
public sealed record Classifier(
    Layer Model, Architecture Architecture, Shape ImageShape, IReadOnlyList<string> ClassNames, Preprocessing Preprocessing)
{
    private const string ArchitectureKey = "architecture", ImageShapeKey = "image_shape";
    private const string ClassNamesKey = "class_names", PreprocessingKey = "preprocessing";

    /// <summary>Writes weights and description into one safetensors file, which PyTorch loads too.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => Model.Save(path, new Dictionary<string, string>
    {
        ["format"] = "pt",
        [ArchitectureKey] = Architecture.ToString(),
        [ImageShapeKey] = string.Join(',', ImageShape.Sizes.ToArray()),
        [ClassNamesKey] = Json.Text(json =>
        {
            json.WriteStartArray();
            foreach (string name in ClassNames)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }),
        [PreprocessingKey] = Preprocessing.ToJson(),
    });

    /// <summary>A data set as this network must see it: under the preprocessing that it was trained with.</summary>
    /// <exception cref="ArgumentException">The images have another shape, or there are more classes than the network knows.</exception>
    public IDataset Adapt(IDataset data)
    {
        if (data.ImageShape != ImageShape)
        {
            throw new ArgumentException($"The network was trained on images of {ImageShape}, but these are {data.ImageShape}.");
        }

        return data.ClassNames.Count == ClassNames.Count
            ? data.With(Preprocessing)
            : throw new ArgumentException(
                $"The network knows {ClassNames.Count} classes, but the data set has {data.ClassNames.Count}.");
    }

    /// <summary>Builds the network that a file describes and reads its weights.</summary>
    /// <exception cref="IOException">The file cannot be read or is damaged.</exception>
    /// <exception cref="InvalidDataException">It does not describe a network, or its weights do not fit the description.</exception>
    public static Classifier Load(string path, Device? device = null)
    {
        IReadOnlyDictionary<string, string> metadata = Safetensors.ReadMetadata(path);
        try
        {
            Architecture architecture = Architecture.Parse(Get(ArchitectureKey));
            string[] sizes = Get(ImageShapeKey).Split(',');
            var imageShape = new Shape([.. sizes.Select(size => int.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture))]);
            using JsonDocument names = JsonDocument.Parse(Get(ClassNamesKey));
            string[] classNames = [.. names.RootElement.EnumerateArray().Select(name => name.GetString()!)];
            Layer model = architecture.Build(imageShape, classNames.Length, new Rng(0, device));
            model.Load(path);
            return new(model.Eval(), architecture, imageShape, classNames, Preprocessing.FromJson(Get(PreprocessingKey)));
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or OverflowException or JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: its description of the network cannot be used: {e.Message}", e);
        }

        string Get(string key) => metadata.TryGetValue(key, out string? value)
            ? value
            : throw new InvalidDataException($"{path}: it holds no '{key}', so it does not say what network its weights belong to.");
    }
}
