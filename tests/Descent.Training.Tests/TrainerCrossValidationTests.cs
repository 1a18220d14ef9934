namespace Descent.Training.Tests;

/// <summary>Cross-validation, sweeps, and the models that learn without steps.</summary>
public sealed class TrainerCrossValidationTests
{
    private static readonly Device s_device = Device.Default;

    [Fact]
    public void Folds_hold_every_example_once_and_the_same_share_of_each_class()
    {
        ImageDataset data = Images(103);
        IReadOnlyList<(IDataset Train, IDataset Held)> folds = CrossValidation.Folds(data, 5, new Rng(1));
        Assert.Equal(103, folds.Sum(fold => fold.Held.Count));
        Assert.All(folds, fold => Assert.Equal(103, fold.Train.Count + fold.Held.Count));
        Assert.All(folds, fold => Assert.InRange(fold.Held.Count, 20, 21));
        for (int label = 0; label < 10; label++)
        {
            int[] counts = [.. folds.Select(fold => Enumerable.Range(0, fold.Held.Count).Count(i => fold.Held.Label(i) == label))];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }

        Assert.Throws<ArgumentException>(() => CrossValidation.Folds(Images(3), 5, new Rng(1)));
    }

    [Fact]
    public void Numbers_of_neighbours_from_one_search_are_as_good_as_each_from_its_own()
    {
        ImageDataset data = Images(200);
        SettingValues settings = SettingValues.None.With(TrainingSettings.Model, Architecture.Parse("knn"));
        IReadOnlyList<FoldSummary> together = Run(settings, data, "k=1,3,5");
        Assert.Equal(["1", "3", "5"], together.Select(summary => summary.Value));
        foreach (FoldSummary summary in together)
        {
            FoldSummary alone = Run(settings.With(TrainingSettings.Model, Architecture.Parse($"knn:k={summary.Value}")), data, null)[0];
            Assert.Equal(alone.Folds.Select(fold => fold.Evaluation.Correct), summary.Folds.Select(fold => fold.Evaluation.Correct));
            Assert.Equal(alone.Loss, summary.Loss, 1e-5);
            Assert.InRange(summary.Score, 0.5, 1);
        }
    }

    [Fact]
    public void A_sweep_compares_settings_and_options_of_the_optimizer_with_mean_and_deviation()
    {
        ImageDataset data = Images(200);
        SettingValues settings = SettingValues.None.With(TrainingSettings.Model, Architecture.Parse("softmax-regression")).With(TrainingSettings.Epochs, 2);
        IReadOnlyList<FoldSummary> decays = Run(settings, data, "weight-decay=0,1000");
        Assert.True(decays[0].Score > decays[1].Score + 0.1, $"{decays[0].Score} {decays[1].Score}");
        double[] accuracies = [.. decays[0].Folds.Select(fold => fold.Evaluation.Accuracy)];
        double mean = accuracies.Average();
        Assert.Equal(mean, decays[0].Score, 1e-12);
        Assert.Equal(Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / 2), decays[0].ScoreDeviation, 1e-12);
        Assert.Equal(2, Run(settings, data, "batch=10,20").Count);
    }

    [Theory]
    [InlineData("weight-deca=1", "did you mean 'weight-decay'?")]
    [InlineData("epochs=x", "--sweep epochs takes a whole number")]
    [InlineData("weight-decay=-1", "takes a number of at least 0")]
    public void A_sweep_of_what_is_not_there_is_refused(string sweep, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => Run(SettingValues.None, Images(50), sweep)).Message);

    [Fact]
    public void Nearest_neighbours_are_saved_with_their_examples()
    {
        ImageDataset data = Images(120);
        Architecture knn = Architecture.Parse("knn:k=1,distance=l1").For(data);
        Assert.Equal("knn:k=1,distance=l1,examples=120", knn.ToString());
        Layer model = knn.Build(data, new Rng(1));
        knn.Fit(model, data);
        Assert.Equal(1, model.Eval().Accuracy(data));
        string path = Path.GetTempFileName();
        try
        {
            new Classifier(model, knn, data.ImageShape, data.ClassNames, data.Preprocessing).Save(path);
            Classifier loaded = Classifier.Load(path);
            Assert.Equal(1, loaded.Model.Accuracy(loaded.Adapt(data)));
            Prediction prediction = Prediction.Of(loaded, data, [3])[0];
            Assert.Equal(data.Label(3), prediction.Class);
            Assert.InRange(prediction.Probability, 0.99, 1);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Least_squares_find_a_plane_at_once_and_ask_for_a_ridge_where_they_must()
    {
        float[] x = [1, 2, 3, 5, 0, 1, 2, 2], y = [.. Enumerable.Range(0, 4).Select(i => (2 * x[2 * i]) - x[(2 * i) + 1] + 3)];
        IDataset data = NumberDataset.Regression(new(2), x, y, ["y"]);
        Architecture plane = Architecture.Parse("linear-regression");
        Layer model = plane.Build(data, new Rng(1));
        plane.Fit(model, data);
        Assert.InRange(Evaluation.Of(model.Eval(), data).Loss, 0, 1e-8);
        IDataset dependent = NumberDataset.Regression(new(2), [1, 1, 2, 2, 3, 3], [1, 2, 3], ["y"]);
        Assert.Contains("linear-regression:ridge=1", Assert.Throws<ArgumentException>(() => plane.Fit(plane.Build(dependent, new Rng(1)), dependent)).Message);
    }

    [Fact]
    public void A_perceptron_learns_the_digits_by_its_rule()
    {
        ImageDataset data = Images(1000);
        TrainingPlan plan = TrainingPlan.Of(SettingValues.None.With(TrainingSettings.Model, Architecture.Parse("perceptron")));
        var rng = new Rng(1);
        Layer model = Architecture.Parse("perceptron").Build(data, rng);
        plan.Trainer(model, model.Parameters(), data, rng).Run(TestContext.Current.CancellationToken);
        Assert.InRange(model.Eval().Accuracy(data), 0.8, 1);
    }

    private static IReadOnlyList<FoldSummary> Run(SettingValues settings, IDataset data, string? sweep) => CrossValidation.Run(
        settings, data, 3, sweep is null ? null : Sweep.Parse(sweep), s_device, cancellation: TestContext.Current.CancellationToken);

    private static ImageDataset Images(int count) => Digits.Load(new Rng(1), count, 1).Train;
}
