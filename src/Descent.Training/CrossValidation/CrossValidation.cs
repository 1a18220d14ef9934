using System.Diagnostics;
using System.Globalization;

namespace Descent;

/// <summary>
/// k-fold cross-validation: the data is dealt into k parts, and a network that was trained on all others is measured on each; also for several
/// values of one setting.
/// </summary>
/// <remarks>
/// Parts hold the same share of each class. Every network begins with the same seed. Stone, "Cross-Validatory Choice and Assessment of Statistical
/// Predictions", J. Royal Statistical Society B 1974.
/// </remarks>
public static class CrossValidation
{
    private const string Voters = "k";

    /// <summary>The k parts of a data set: what is trained on, and what is held out.</summary>
    /// <param name="data">What is divided.</param>
    /// <param name="folds">k, from 2 to the number of examples.</param>
    /// <param name="rng">Its stream <c>folds</c> makes one draw for each class.</param>
    /// <exception cref="ArgumentException">There are more parts than examples.</exception>
    public static IReadOnlyList<(IDataset Train, IDataset Held)> Folds(IDataset data, int folds, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (folds > data.Count)
        {
            throw new ArgumentException($"{data.Count} examples cannot be dealt into {folds} parts.", nameof(folds));
        }

        bool hasClass = data.LabelShape.Rank == 0 || data.Task == LearningTask.BinaryClassification;
        Rng stream = rng.Stream("folds");
        int[] part = new int[data.Count];
        int dealt = 0;
        foreach (IGrouping<int, int> members in Enumerable.Range(0, data.Count).GroupBy(i => hasClass ? data.Label(i) : 0).OrderBy(group => group.Key))
        {
            int[] ofClass = [.. members];
            foreach (int i in stream.Permutation(ofClass.Length))
            {
                part[ofClass[i]] = dealt++ % folds;
            }
        }

        return [.. Enumerable.Range(0, folds).Select(fold => (
            (IDataset)new Subset(data, Enumerable.Range(0, data.Count).Where(i => part[i] != fold)),
            (IDataset)new Subset(data, Enumerable.Range(0, data.Count).Where(i => part[i] == fold))))];
    }

    /// <summary>Trains and measures for each value and part.</summary>
    /// <param name="settings">How networks are trained.</param>
    /// <param name="data">What is divided; the test set is no part of it.</param>
    /// <param name="folds">The number of parts.</param>
    /// <param name="sweep">What is compared; null for nothing.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="onFold">Told of each fold as it is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>A summary for each value, in order.</returns>
    /// <exception cref="ArgumentException">The settings do not fit the data or each other.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<FoldSummary> Run(
        SettingValues settings,
        IDataset data,
        int folds,
        Sweep? sweep,
        Device device,
        Action<FoldScore>? onFold = null,
        CancellationToken cancellation = default)
    {
        string?[] values = sweep is null ? [null] : [.. sweep.Values];
        SettingValues[] settled = [.. values.Select(value => value is null ? settings : sweep!.Apply(settings, value))];
        Array.ForEach(settled, TrainingPlan.ThrowIfUnused);
        ulong seed = settings.Get(TrainingSettings.Seed);
        IReadOnlyList<(IDataset Train, IDataset Held)> parts = Folds(data, folds, new Rng(seed, device));
        bool votesTogether = sweep?.Name == Voters && settings.Get(TrainingSettings.Model).Has(Voters) && !settings.Get(TrainingSettings.TestFlip);
        var scores = new List<FoldScore>();
        for (int fold = 1; fold <= folds; fold++)
        {
            (IDataset train, IDataset held) = parts[fold - 1];
            if (votesTogether)
            {
                Add(OfVoters(settled, values, train, held, fold, device, cancellation));
                continue;
            }

            for (int v = 0; v < values.Length; v++)
            {
                long started = Stopwatch.GetTimestamp();
                Evaluation evaluation = Measured(settled[v], train, held, new Rng(settled[v].Get(TrainingSettings.Seed), device), cancellation);
                Add([new FoldScore(values[v], fold, evaluation, Stopwatch.GetElapsedTime(started).TotalSeconds)]);
            }
        }

        return [.. values.Select(value => new FoldSummary(value, [.. scores.Where(score => score.Value == value)]))];

        void Add(IEnumerable<FoldScore> done)
        {
            foreach (FoldScore score in done)
            {
                scores.Add(score);
                onFold?.Invoke(score);
            }
        }
    }

    private static Evaluation Measured(SettingValues settings, IDataset train, IDataset held, Rng rng, CancellationToken cancellation)
    {
        Architecture architecture = settings.Get(TrainingSettings.Model).For(train);
        Layer model = architecture.Build(train, rng, settings.Get(TrainingSettings.Preprocess));
        Preprocessing preprocessing = train.Preprocessing;
        bool testFlip = settings.Get(TrainingSettings.TestFlip);
        if (testFlip)
        {
            TestFlip.MustSuit(model, train.Task, settings.Get(TrainingSettings.Preprocess).OutputShape(train));
        }

        if (architecture.IsFitted)
        {
            preprocessing = settings.Get(TrainingSettings.Preprocess)?.Fit(train) ?? preprocessing;
            architecture.Fit(model, train.With(preprocessing));
        }
        else
        {
            TrainingPlan plan = TrainingPlan.Of(settings.With(TrainingSettings.Validation, 0));
            using IDisposable? eager = plan.Options.Eager ? rng.Device.Eager() : null;
            Trainer trainer = plan.Trainer(model, model.Parameters(), train, rng);
            trainer.Run(cancellation);
            preprocessing = trainer.TrainingSet.Preprocessing;
        }

        cancellation.ThrowIfCancellationRequested();
        return Evaluation.Of(model.Eval(), held.With(preprocessing), testFlip: testFlip);
    }

    /// <summary>For numbers of neighbours that vote one search is enough.</summary>
    private static IEnumerable<FoldScore> OfVoters(
        SettingValues[] settings, string?[] values, IDataset train, IDataset held, int fold, Device device, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        Architecture architecture = settings[0].Get(TrainingSettings.Model).For(train);
        PreprocessingKind? preprocess = settings[0].Get(TrainingSettings.Preprocess);
        Preprocessing preprocessing = preprocess?.Fit(train) ?? train.Preprocessing;
        int[] voters = [.. values.Select(value => int.Parse(value!, CultureInfo.InvariantCulture))];
        var model = (NeighborClassifier)architecture.Build(train, new Rng(0, device), preprocess);
        architecture.Fit(model, train.With(preprocessing));
        long[] correct = new long[voters.Length];
        double[] loss = new double[voters.Length];
        foreach ((Tensor images, Tensor labels) in held.With(preprocessing).InOrder(1000, device))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<Tensor> shares = model.Shares(images, voters);
            for (int v = 0; v < voters.Length; v++)
            {
                Tensor logits = NeighborClassifier.Logits(shares[v]);
                correct[v] += Metrics.CorrectCount(logits, labels).ToArray<long>()[0];
                loss[v] += Loss.CrossEntropy(logits, labels, reduction: LossReduction.Sum).Item();
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds / voters.Length;
        return voters.Select((_, v) => new FoldScore(values[v], fold, new Evaluation(held.Count, correct[v], loss[v] / held.Count), seconds));
    }
}
