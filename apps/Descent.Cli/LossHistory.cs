namespace Descent.Cli;

/// <summary>The loss from the first step to now, at evenly spaced steps of bounded number.</summary>
internal sealed class LossHistory
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const int Kept = 512;

    private readonly List<double> _losses = [];

    /// <summary>Keeps the loss of every n-th step, so that those of all steps fit.</summary>
    public void Add(long step, long steps, double loss)
    {
        if (step % Math.Max(1, steps / Kept) == 0 && double.IsFinite(loss))
        {
            _losses.Add(loss);
        }
    }

    /// <summary>One character for each of so many stretches: their mean, from the least of them to the largest.</summary>
    public string Sparkline(int width)
    {
        int count = Math.Min(width, _losses.Count);
        if (count < 2)
        {
            return "";
        }

        double[] means = [.. Enumerable.Range(0, count).Select(i =>
        {
            int from = i * _losses.Count / count, to = (i + 1) * _losses.Count / count;
            return _losses.Skip(from).Take(to - from).Average();
        })];
        (double least, double largest) = (means.Min(), means.Max());
        return string.Concat(means.Select(mean => Levels[largest > least ? (int)Math.Round((mean - least) / (largest - least) * (Levels.Length - 1)) : 0]));
    }
}
