namespace Descent.Training.Tests;

/// <summary>What begins as training images say, where a training begins from nothing, from weights, or from some of them.</summary>
public sealed class DataInitializationTests
{
    private readonly ImageDataset _data = Digits.Load(new Rng(1), 60, 1).Train;

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("before.safetensors", null, false)]
    [InlineData("before.safetensors", "linear.*", false)]
    [InlineData("before.safetensors", "whiten.*", true)]
    [InlineData("before.safetensors", "*", true)]
    public void A_plan_begins_from_images_what_it_does_not_go_on_from(string? weights, string? replace, bool begins)
    {
        SettingValues settings = SettingValues.None.With(TrainingSettings.Model, Architecture.Parse("fast-vgg:width=0.125"))
            .With(TrainingSettings.Weights, weights).With(TrainingSettings.Replace, replace is null ? null : new NamePattern(replace));
        var rng = new Rng(1);
        var model = (FastVgg)settings.Get(TrainingSettings.Model).Build(_data, rng);
        float[] before = model.Whiten.Weight.ToArray<float>();
        Trainer trainer = TrainingPlan.Of(settings).Trainer(model, model.Parameters(), _data, rng);
        Assert.Equal(begins ? Fitted(trainer.TrainingSet) : before, model.Whiten.Weight.ToArray<float>());
    }

    /// <summary>Whitening of all images of a set.</summary>
    private static float[] Fitted(IDataset data)
    {
        var whitening = new PatchWhitening2d(channels: 1, components: 9, kernel: 3, new Rng(2));
        whitening.Fit(data.InOrder(data.Count).Single().Images);
        return whitening.Weight.ToArray<float>();
    }
}
