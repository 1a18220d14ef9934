namespace Descent.KernelBench;

/// <summary>Reading and writing of JPEG on one thread beside libjpeg-turbo, which writes into memory that stays; an array is new each time.</summary>
internal static class JpegBench
{
    /// <param name="parts">Parts of the names of the cases to run; all where there are none.</param>
    public static void Run(string[] parts)
    {
        TurboJpeg? peer = TurboJpeg.Find();
        if (peer is null)
        {
            Console.WriteLine("libturbojpeg.so.0 is not found: no peer, and no progressive files, which only it writes.");
        }

        Image photograph = CodecRace.Picture(3_000, 2_000, seed: 1);
        Image[] small = [.. Enumerable.Range(0, 500).Select(i => CodecRace.Picture(32, 32, i))];
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

            Action? encode = peer is null ? null : () => peer.Encode(image, 90, half, buffer);
            Race($"write 3000×2000 {kind} quality 90", () => image.SaveJpeg(new MemoryStream(buffer), 90, half), encode);
            Race($"write 3000×2000 {kind} to an array", () => image.EncodeJpeg(90, half), encode);
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
                int pixels = name.Contains("500 of") ? 500 * 32 * 32 : photograph.Width * photograph.Height;
                CodecRace.Run(name, pixels, ours, "libjpeg-turbo", theirs);
            }
        }
    }
}
