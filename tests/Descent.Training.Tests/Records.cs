namespace Descent.Training.Tests;

/// <summary>Records of runs where it matters little what they say.</summary>
internal static class Records
{
    public static RunRecord Of(string data, ulong seed = 7) => new()
    {
        Data = data, Model = "lenet5", Optimizer = "adam", LearningRate = 1, Epochs = 1, BatchSize = 1, Seed = seed, Threads = 1,
    };
}
