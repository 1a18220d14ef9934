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
    private const string ClassNamesKey = "class_names", PreprocessingKey = "preprocessing", TaskKey = "task", TestFlipKey = "test_flip", FitKey = "image_fit";

    /// <summary>What it has learned: that which its architecture is made for, or one with other targets.</summary>
    public LearningTask Task { get; init; } = Architecture.Task;

    /// <summary>Whether it is asked about each image's mirror image too, and its scores for both averaged.</summary>
    public bool TestFlip { get; init; }

    /// <summary>How images of other sizes become those that it sees.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>
    /// Several classifiers of the same images and classes as one that averages their probabilities; it is used and not saved. Mirror images are
    /// asked about where all do so.
    /// </summary>
    /// <exception cref="ArgumentException">There is none, or they differ in images, classes or preprocessing.</exception>
    public static Classifier Together(IReadOnlyList<Classifier> classifiers)
    {
        var ensemble = new Ensemble([.. classifiers.Select(classifier => classifier.Model)]);
        Classifier first = classifiers[0];
        foreach (Classifier other in classifiers.Skip(1))
        {
            if (other.ImageShape != first.ImageShape || !other.ClassNames.SequenceEqual(first.ClassNames)
                || !other.Preprocessing.Equals(first.Preprocessing) || other.Fit != first.Fit)
            {
                throw new ArgumentException(
                    $"{first.Architecture} and {other.Architecture} cannot vote together: they were trained on images or classes that differ, "
                    + $"{first.ImageShape} of {first.ClassNames.Count} classes and {other.ImageShape} of {other.ClassNames.Count}, or on other data.");
            }
        }

        return first with { Model = ensemble.Eval(), TestFlip = classifiers.All(classifier => classifier.TestFlip) };
    }

    /// <summary>Writes weights and description into one safetensors file, which PyTorch loads too.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">It is several networks together.</exception>
    public void Save(string path) => StateFile.Write(path, Model.State(), Preprocessing.Tensors, new Dictionary<string, string>
    {
        ["format"] = Model is Ensemble ? throw new InvalidOperationException("An ensemble is saved as its members, each by itself.") : "pt",
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
        [TaskKey] = Task.ToString(),
        [TestFlipKey] = TestFlip.ToString(),
        [FitKey] = Fit.ToString(),
    });

    /// <summary>A data set as this network must see it: under the preprocessing that it was trained with.</summary>
    /// <exception cref="ArgumentException">The images have another shape, or there are more classes than the network knows.</exception>
    public IDataset Adapt(IDataset data)
    {
        data = Architecture.See(data, Task);
        if (data.Task != Task)
        {
            throw new ArgumentException($"The network is made for {Task.InWords()}, but this data is for {data.Task.InWords()}.");
        }

        if (Architecture.Task == LearningTask.NextCharacter && !data.ClassNames.SequenceEqual(ClassNames))
        {
            throw new ArgumentException("The text has other characters than the one that the network was trained on; test it on a part of that.");
        }

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
            var preprocessing = Preprocessing.FromJson(Get(PreprocessingKey), StateFile.Singles(path, Preprocessing.Names));
            // Files of earlier versions do not say these three.
            LearningTask task = metadata.TryGetValue(TaskKey, out string? name) ? Enum.Parse<LearningTask>(name) : architecture.Task;
            bool testFlip = metadata.TryGetValue(TestFlipKey, out string? flips) && bool.Parse(flips);
            ImageFit fit = metadata.TryGetValue(FitKey, out string? fitted) ? Enum.Parse<ImageFit>(fitted) : ImageFit.Cover;
            int outputs = task == LearningTask.BinaryClassification ? 1 : classNames.Length;
            Layer model = architecture.Build(preprocessing.OutputShape(imageShape), outputs, new Rng(0, device));
            model.Load(path);
            return new(model.Eval(), architecture, imageShape, classNames, preprocessing) { Task = task, TestFlip = testFlip, Fit = fit };
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
