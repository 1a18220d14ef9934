using System.Text.Json;

namespace Descent;

/// <summary>All that can be said of a network on a data set, from one pass over it.</summary>
/// <remarks>
/// Predictions, probabilities and what follows from them are there where each sample has one label; where its pixels or characters have one each,
/// the confusion matrix counts those. A network that has an objective of its own (<see cref="IObjective"/>) gives scores and no probabilities:
/// log loss and calibration say nothing of it.
/// </remarks>
public sealed record EvaluationReport
{
    /// <summary>Among the most probable so many classes a label counts for <see cref="TopFiveAccuracy"/>.</summary>
    private const int Five = 5;

    private EvaluationReport(EvaluationOutputs outputs, IDataset data, bool isProbabilistic)
    {
        (Task, Count, LabelsPerSample, Loss, ClassNames) = (data.Task, outputs.Count, outputs.LabelsPerSample, outputs.Loss, data.ClassNames);
        Accuracy = Task == LearningTask.Regression ? null : (double)outputs.CountCorrect(Task) / Count / LabelsPerSample;
        switch (Task)
        {
            case LearningTask.Regression:
                Regression = RegressionScores.Of(outputs.Scores, outputs.Targets, outputs.Classes);
                Scores = outputs.Scores;
                break;
            case LearningTask.MultiLabel:
                Scores = outputs.Sigmoids();
                bool[] truths = [.. outputs.Targets.Select(target => target >= 0.5f)];
                SeveralLabels = MultiLabelScores.Of(Scores, truths, Count);
                TakeClasses([.. SeveralLabels.Labels], [.. Enumerable.Range(0, outputs.Classes)]);
                break;
            case LearningTask.BinaryClassification:
                OfOneLabel(
                    [.. outputs.Sigmoids().SelectMany(p => (float[])[1 - p, p])],
                    [.. outputs.Targets.Select(target => target >= 0.5f ? 1 : 0)],
                    [.. outputs.Scores.Select(score => score >= 0 ? 1 : 0)],
                    isProbabilistic);
                break;
            case LearningTask.Segmentation or LearningTask.NextCharacter:
                TakeConfusion(outputs.Confusion!);
                break;
            default:
                OfOneLabel(isProbabilistic ? outputs.Probabilities() : outputs.Scores, outputs.Labels, outputs.Found(), isProbabilistic);
                break;
        }
    }

    /// <summary>What the network is made for.</summary>
    public LearningTask Task { get; }

    /// <summary>Samples: images or texts.</summary>
    public int Count { get; }

    /// <summary>Pixels or characters of a sample, where each has a label; else 1.</summary>
    public int LabelsPerSample { get; }

    /// <summary>What training makes small: the mean cross-entropy, or the network's own objective.</summary>
    public double Loss { get; }

    /// <summary>What the labels stand for.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The true class of each sample; empty where a sample has many labels.</summary>
    public IReadOnlyList<int> Labels { get; private set; } = [];

    /// <summary>The class that each sample was taken for; empty where a sample has many labels.</summary>
    public IReadOnlyList<int> Predictions { get; private set; } = [];

    /// <summary>The probability of each class for each sample, row by row, or its score; empty where a sample has many labels.</summary>
    public ReadOnlyMemory<float> ScoresOfSamples => Scores;

    /// <summary>What was taken for what; null where a sample has several labels, or numbers.</summary>
    public ConfusionMatrix? Confusion { get; private set; }

    /// <summary>The part of the labels that is right, in [0, 1]; null where numbers are learned, of which none is right or wrong.</summary>
    public double? Accuracy { get; }

    /// <summary>How near numbers are to the true ones; null where classes are learned.</summary>
    public RegressionScores? Regression { get; }

    /// <summary>Where a sample may have several labels; else null.</summary>
    public MultiLabelScores? SeveralLabels { get; }

    /// <summary>The part whose label is among the five most probable classes; null where there are no more than five, or many labels.</summary>
    public double? TopFiveAccuracy { get; private set; }

    /// <summary>Precision, recall and F1 of each class.</summary>
    public IReadOnlyList<ClassScores> Classes { get; private set; } = [];

    /// <summary>Their plain mean over the classes that occur or were found.</summary>
    public ClassScores Macro { get; private set; }

    /// <summary>Their mean over the classes by how often they occur.</summary>
    public ClassScores Weighted { get; private set; }

    /// <summary>See <see cref="RocAuc.OneVersusRest"/>; empty where a sample has many labels.</summary>
    public IReadOnlyList<double?> ClassAreas { get; private set; } = [];

    /// <summary>The mean of <see cref="ClassAreas"/> over the classes that have one; null where none has.</summary>
    public double? MacroArea => ClassAreas.Average();

    /// <summary>See <see cref="Descent.LogLoss"/>; null where there are no probabilities.</summary>
    public double? LogLoss { get; private set; }

    /// <summary>See <see cref="Descent.Calibration"/>; null where there are no probabilities.</summary>
    public Calibration? Calibration { get; private set; }

    /// <summary>See <see cref="ConfusionMatrix.MeanIntersectionOverUnion"/>; null where not pixels have labels.</summary>
    public double? MeanIntersectionOverUnion => Task == LearningTask.Segmentation ? Confusion!.MeanIntersectionOverUnion : null;

    private float[] Scores { get; set; } = [];

    /// <summary>Runs the network over all samples.</summary>
    /// <inheritdoc cref="Evaluation.Of" path="/param"/>
    /// <exception cref="NonFiniteException">The network gives scores that are not finite.</exception>
    /// <inheritdoc cref="Evaluation.Of" path="/exception"/>
    public static EvaluationReport Of(Layer model, IDataset data, int batchSize = 250, bool testFlip = false)
    {
        EvaluationOutputs outputs = new EvaluationStep(model, testFlip).Outputs(data, batchSize, CancellationToken.None);
        int wrong = Array.FindIndex(outputs.Scores, score => !float.IsFinite(score));
        return wrong >= 0
            ? throw new NonFiniteException(
                $"Evaluation: output {wrong % outputs.Classes} of sample {wrong / outputs.Classes} is {outputs.Scores[wrong]}; "
                + "the weights of the network or its inputs are damaged.")
            : new(outputs, data, isProbabilistic: model is not IObjective);
    }

    private void OfOneLabel(float[] scores, int[] labels, int[] found, bool isProbabilistic)
    {
        int classes = ClassNames.Count;
        (Scores, Labels, Predictions) = (scores, labels, found);
        TakeConfusion(ConfusionMatrix.Of(labels, found, classes));
        TopFiveAccuracy = classes > Five ? TopKAccuracy.Of(scores, labels, Five) : null;
        ClassAreas = RocAuc.OneVersusRest(scores, labels);
        if (isProbabilistic)
        {
            LogLoss = Descent.LogLoss.Of(scores, labels);
            Calibration = Calibration.Of(scores, labels);
        }
    }

    private void TakeConfusion(ConfusionMatrix confusion)
    {
        Confusion = confusion;
        TakeClasses([.. Enumerable.Range(0, confusion.Classes).Select(k => ClassScores.Of(confusion, k))], [.. confusion.Present]);
    }

    private void TakeClasses(ClassScores[] classes, int[] present)
    {
        ClassScores[] counted = [.. present.Select(k => classes[k])];
        (Classes, Macro, Weighted) = (classes, ClassScores.Macro(counted), ClassScores.Weighted(counted));
    }

    /// <summary>Writes every number as a member of the JSON object that the writer stands in; predictions and scores are left out.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        WriteIfAny("test_accuracy", Accuracy);
        json.WriteFinite("test_loss", Loss);
        WriteIfAny("top_5_accuracy", TopFiveAccuracy);
        WriteIfAny("test_mean_iou", MeanIntersectionOverUnion);
        WriteIfAny("roc_auc_macro", MacroArea);
        WriteIfAny("log_loss", LogLoss);
        WriteIfAny("r2", Regression?.R2);
        WriteIfAny("mse", Regression?.MeanSquaredError);
        WriteIfAny("mae", Regression?.MeanAbsoluteError);
        WriteIfAny("mean_average_precision", SeveralLabels?.MeanAveragePrecision);
        WriteIfAny("subset_accuracy", SeveralLabels?.SubsetAccuracy);
        WriteIfAny("hamming_loss", SeveralLabels?.HammingLoss);
        json.WriteNumber("images", Count);
        if (Classes.Count > 0)
        {
            WriteScores("macro", Macro, null);
            WriteScores("weighted", Weighted, null);
            json.WriteStartArray("classes");
            for (int k = 0; k < Classes.Count; k++)
            {
                WriteScores(null, Classes[k], k);
            }

            json.WriteEndArray();
        }

        WriteConfusion();
        WriteCalibration();

        void WriteConfusion()
        {
            if (Confusion is null)
            {
                return;
            }

            json.WriteNumber("correct", Confusion.Correct);
            json.WriteStartArray("confusion");
            for (int k = 0; k < Confusion.Classes; k++)
            {
                json.WriteStartArray();
                for (int j = 0; j < Confusion.Classes; j++)
                {
                    json.WriteNumberValue(Confusion[k, j]);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        void WriteIfAny(string name, double? value)
        {
            if (value is { } number)
            {
                json.WriteFinite(name, number);
            }
        }

        void WriteScores(string? name, ClassScores scores, int? k)
        {
            if (name is null)
            {
                json.WriteStartObject();
            }
            else
            {
                json.WriteStartObject(name);
            }

            if (k is { } number)
            {
                json.WriteString("name", ClassNames[number]);
                json.WriteNumber("support", scores.Support);
            }

            json.WriteFinite("precision", scores.Precision);
            json.WriteFinite("recall", scores.Recall);
            json.WriteFinite("f1", scores.F1);
            if (k is { } own)
            {
                WriteIfAny("roc_auc", own < ClassAreas.Count ? ClassAreas[own] : null);
                WriteIfAny("iou", Task == LearningTask.Segmentation ? Confusion!.IntersectionOverUnion(own) : null);
                WriteIfAny("average_precision", SeveralLabels?.AveragePrecisions[own]);
            }

            json.WriteEndObject();
        }

        void WriteCalibration()
        {
            if (Calibration is null)
            {
                return;
            }

            json.WriteFinite("calibration_error", Calibration.ExpectedError);
            json.WriteFinite("maximum_calibration_error", Calibration.MaximumError);
            json.WriteStartArray("reliability");
            foreach (ReliabilityBin bin in Calibration.Bins)
            {
                json.WriteStartObject();
                json.WriteNumber("from", bin.From);
                json.WriteNumber("to", bin.To);
                json.WriteNumber("count", bin.Count);
                json.WriteFinite("confidence", bin.Confidence);
                json.WriteFinite("accuracy", bin.Accuracy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }
}
