namespace Descent.Training.Tests;

/// <summary>Settings from files: what they may say, and how what they must not say is told.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-configuration-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("c.yaml", "# a comment\nmodel: mlp:hidden=16\nepochs: 3\nlearning-rate: 1e-2\neager: true\nfreeze: [conv1.*, 'fc*']\nout: null\nseed: 18446744073709551615\n")]
    [InlineData("c.yml", "model: \"mlp:hidden=16\"\nepochs: 3\nlearning-rate: 0.01\neager: true\nfreeze:\n  - conv1.*\n  - fc*\nseed: 18446744073709551615")]
    [InlineData("c.json", "{ // a comment\n\"model\": \"mlp:hidden=16\", \"epochs\": 3, \"learning-rate\": 0.01, \"eager\": true, \"freeze\": [\"conv1.*\", \"fc*\"], \"out\": null, \"seed\": 18446744073709551615 }")]
    [InlineData("c.json", "{\"status\": \"finished\", \"settings\": {\"model\": \"mlp:hidden=16\", \"epochs\": 3, \"learning-rate\": 0.01, \"eager\": true, \"freeze\": \"conv1.*,fc*\", \"seed\": 18446744073709551615 }, \"result\": {\"epochs\": 2}}")]
    public void A_file_says_what_it_sets_in_either_language(string name, string text)
    {
        SettingValues values = Read(name, text);
        Assert.Equal("mlp:hidden=16", values.Get(TrainingSettings.Model).ToString());
        Assert.Equal((3, 0.01, true), (values.Get(TrainingSettings.Epochs), values.Get(TrainingSettings.LearningRate), values.Get(TrainingSettings.Eager)));
        Assert.Equal("conv1.*,fc*", values.Get(TrainingSettings.Freeze)!.ToString());
        Assert.Equal(ulong.MaxValue, values.Get(TrainingSettings.Seed));
        Assert.Equal((64, null), (values.Get(TrainingSettings.Batch), values.Get(TrainingSettings.Out)));
        Assert.True(values.IsGiven(TrainingSettings.Epochs));
        Assert.False(values.IsGiven(TrainingSettings.Batch));
    }

    [Theory]
    [InlineData("c.yaml", "seed: 3\nepoch: 3\n", 2, "unknown setting 'epoch'; did you mean 'epochs'?")]
    [InlineData("c.yaml", "seed: 3\n\nepochs: two\n", 3, "'epochs' takes a whole number from 1 to 100000, not 'two'.")]
    [InlineData("c.yaml", "epochs: '2'\n", 1, "'epochs' takes a whole number from 1 to 100000, not the text '2'.")]
    [InlineData("c.yaml", "epochs: [1, 2]\n", 1, "not the list 1,2.")]
    [InlineData("c.yaml", "model:\n  name: mlp\n", 1, "'model' takes a text, not values with keys of their own.")]
    [InlineData("c.yaml", "eager: yes\n", 1, "'eager' takes true or false, not 'yes'.")]
    [InlineData("c.yaml", "model: lenet\n", 1, "'model': Unknown model 'lenet'; did you mean 'lenet5'?")]
    [InlineData("c.yaml", "epochs: 1\nepochs: 2\n", 2, "'epochs' is set twice.")]
    [InlineData("c.yaml", "- epochs\n", 1, "a configuration is a mapping")]
    [InlineData("c.yaml", "epochs: 1\n---\nepochs: 2\n", 2, "one document")]
    [InlineData("c.yaml", "epochs: &a 1\n", 1, "anchor")]
    [InlineData("c.yaml", "epochs: [1\n", 2, "this is not YAML")]
    [InlineData("c.json", "{\n\"epochs\": \"2\" }", 2, "'epochs' takes a whole number from 1 to 100000, not the text '2'.")]
    [InlineData("c.json", "{\n\"epochs\": 2.5 }", 2, "not '2.5'.")]
    [InlineData("c.json", "{\n\"out\":\n 5 }", 2, "'out' takes a text, not '5'.")]
    [InlineData("c.json", "{\n\"learning-rate\": -1 }", 2, "'learning-rate' takes a number above 0, not '-1'.")]
    [InlineData("c.json", "{\n\"freeze\": [[1]] }", 2, "'freeze' takes a text or a list")]
    [InlineData("c.json", "{\n\"epochs\" 2 }", 2, "this is not JSON")]
    [InlineData("c.json", "{ \"epochs\": 2 } 3", 1, "this is not JSON")]
    [InlineData("c.json", "{ \"epochs\": 2", 1, "this is not JSON")]
    [InlineData("c.json", "[]", 1, "a configuration is an object")]
    [InlineData("c.json", "", 1, "this is not JSON")]
    [InlineData("c.toml", "", 1, "ends in .yaml, .yml or .json")]
    public void What_a_file_must_not_say_is_told_with_line_setting_value_and_what_is_expected(string name, string text, int line, string message)
    {
        var error = Assert.Throws<ConfigurationException>(() => Read(name, text));
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"{Path.Combine(_folder, name)}, line {line}: ", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void An_empty_YAML_file_sets_nothing()
    {
        Assert.False(Read("c.yaml", "").IsGiven(TrainingSettings.Epochs));
        Assert.False(Read("d.yaml", "# nothing\n---\n").IsGiven(TrainingSettings.Epochs));
    }

    [Fact]
    public void What_is_said_later_overrides_what_was_said_before()
    {
        SettingValues file = Read("c.yaml", "epochs: 3\nbatch: 8\n"), both = SettingValues.None.With(TrainingSettings.Epochs, 7).Over(file);
        Assert.Equal((7, 8), (both.Get(TrainingSettings.Epochs), both.Get(TrainingSettings.Batch)));
    }

    private SettingValues Read(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return ConfigurationFile.Read(path, TrainingSettings.Schema);
    }
}
