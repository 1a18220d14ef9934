namespace Descent.Training.Tests;

/// <summary>Records of runs where it matters little what they say.</summary>
internal static class Records
{
    public static RunRecord Default { get; } = new() { Settings = SettingValues.None.With(TrainingSettings.Seed, 7UL) };
}
