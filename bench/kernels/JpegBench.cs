using System.Globalization;

namespace Descent.KernelBench;

/// <summary>Reading and writing of JPEG on one thread beside libjpeg-turbo: turn about, the median of the rounds' ratios.</summary>
internal static class JpegBench
{
    private const int Rounds = 21;

    /// <param name="parts">Parts of the names of the cases to run; all where there are none.</param>
    public static void Run(string[] parts)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        TurboJpeg? peer = TurboJpeg.Find();
        if (peer is null)
        {
            Console.WriteLine("libturbojpeg.so.0 is not found: no peer, and no progressive files, which only it writes.");
        }

        Image photograph = Picture(3_000, 2_000, seed: 1);
        Image[] small = [.. Enumerable.Range(0, 500).Select(i => Picture(32, 32, i))];
        byte[] buffer = new byte[photograph.Pixels.Length];
        foreach ((string kind, int channels, bool half) in new[] { ("4:2:0", 3, true), ("4:4:4", 3, false), ("grey", 1, false) })
        {
            Image image = photograph.WithChannels(channels);
            Image[] images = [.. small.Select(image => image.WithChannels(channels))];
            foreach (int quality in new[] { 75, 90 })
            {
                Decode($"read 3000×2000 {kind} quality {quality}", () => [image.EncodeJpeg(quality, half)]);
            }

            Decode($"read 500 of 32×32 {kind} quality 75", () => [.. images.Select(image => image.EncodeJpeg(75, half))]);
            if (peer is not null)
            {
                byte[] Progressive(Image image, int quality) => buffer[..peer.Encode(image, quality, half, buffer, progressive: true)];
                foreach (int quality in new[] { 75, 90 })
                {
                    Decode($"read 3000×2000 {kind} progressive {quality}", () => [Progressive(image, quality)]);
                }

                Decode($"read 500 of 32×32 {kind} progressive 75", () => [.. images.Select(image => Progressive(image, 75))]);
            }

            Race($"write 3000×2000 {kind} quality 90", () => image.EncodeJpeg(90, half), peer is null ? null : () => peer.Encode(image, 90, half, buffer));
        }

        void Decode(string name, Func<byte[][]> make)
        {
            byte[][]? made = null;
            byte[][] Files() => made ??= make();
            Race(name,
                () => Array.ForEach(Files(), file => Image.Decode(file, "bench")),
                peer is null ? null : () => Array.ForEach(Files(), file => peer.Decode(file)));
        }

        void Race(string name, Action ours, Action? theirs)
        {
            if (parts.Length == 0 || parts.Any(name.Contains))
            {
                JpegBench.Race(name, name.Contains("500 of") ? 500 * 32 * 32 : photograph.Width * photograph.Height, ours, theirs);
            }
        }
    }

    private static void Race(string name, int pixels, Action ours, Action? peer)
    {
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

        Console.WriteLine($"{name,-36} {pixels / Median(seconds) / 1e6,6:F0} Mpixel/s, libjpeg-turbo {pixels / Median(peers) / 1e6,6:F0}; "
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
    private static Image Picture(int width, int height, int seed)
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
