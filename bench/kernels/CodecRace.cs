using System.Globalization;

namespace Descent.KernelBench;

/// <summary>A codec beside its peer on one thread: turn about, the median of the rounds' ratios.</summary>
internal static class CodecRace
{
    private const int Rounds = 21;

    public static void Run(string name, int pixels, Action ours, string peerName, Action? peer)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        // Until what is compiled again has been.
        for (int i = 0; i < 10; i++)
        {
            ours();
            peer?.Invoke();
            Thread.Sleep(20);
        }

        double[] seconds = new double[Rounds], peers = new double[Rounds], ratios = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            seconds[i] = Seconds(ours);
            peers[i] = peer is null ? double.NaN : Seconds(peer);
            ratios[i] = peers[i] / seconds[i];
        }

        Console.WriteLine($"{name,-36} {pixels / Median(seconds) / 1e6,6:F0} Mpixel/s, {peerName} {pixels / Median(peers) / 1e6,6:F0}; "
            + $"speed ratio {Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})");
    }

    private static double Seconds(Action action)
    {
        double start = ThreadClock.Seconds();
        action();
        return ThreadClock.Seconds() - start;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Waves of all lengths, discs and noise: as many bits a pixel as a photograph.</summary>
    public static Image Picture(int width, int height, int seed)
    {
        var random = new Random(seed);
        double Normal(double deviation) => deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] values = new double[width * height * 3];
        for (int k = 1; k <= 12; k++)
        {
            double fx = Normal(4.0 * k / width), fy = Normal(4.0 * k / height), phase = random.NextDouble() * 6;
            double[] weights = [Normal(40 / Math.Sqrt(k)), Normal(40 / Math.Sqrt(k)), Normal(40 / Math.Sqrt(k))];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += Math.Sin(fx * (i / 3 % width) + fy * (i / 3 / width) + phase) * weights[i % 3];
            }
        }

        for (int k = 0; k < 40; k++)
        {
            int x = random.Next(width), y = random.Next(height), radius = random.Next(1, Math.Max(2, Math.Min(width, height) / 4));
            double[] color = [Normal(50), Normal(50), Normal(50)];
            for (int row = Math.Max(0, y - radius); row < Math.Min(height, y + radius); row++)
            {
                int reach = (int)Math.Sqrt(radius * radius - (row - y) * (row - y));
                for (int i = 3 * (row * width + Math.Max(0, x - reach)); i < 3 * (row * width + Math.Min(width, x + reach)); i++)
                {
                    values[i] += color[i % 3];
                }
            }
        }

        return new(width, height, 3, [.. values.Select(value => (byte)Math.Clamp(value + 128 + Normal(6), 0, 255))]);
    }
}
