namespace Descent.KernelBench;

/// <summary>Reading of PNG on one thread beside libpng, of files that this library writes.</summary>
internal static class PngBench
{
    public static void Run()
    {
        LibPng? peer = LibPng.Find();
        if (peer is null)
        {
            Console.WriteLine("libpng16.so.16 is not found: no peer.");
        }

        Read("read 1500×1000", [CodecRace.Picture(1_500, 1_000, seed: 1).EncodePng()], 1_500 * 1_000, peer);
        Read("read 500 of 32×32", [.. Enumerable.Range(0, 500).Select(i => CodecRace.Picture(32, 32, i).EncodePng())], 500 * 32 * 32, peer);
        byte[] drawing = new byte[3 * 1_500 * 1_000];
        for (int i = 0; i < drawing.Length; i++)
        {
            drawing[i] = (byte)(i / 3 % 1_500 / 100 * 16 + i / 4_500 / 100 * 8);
        }

        Read("read 1500×1000, plain areas", [new Image(1_500, 1_000, 3, drawing).EncodePng()], 1_500 * 1_000, peer);
    }

    private static void Read(string name, byte[][] files, int pixels, LibPng? peer)
    {
        if (peer is not null && !Array.TrueForAll(files, file => Image.Decode(file, "bench").Pixels.AsSpan().SequenceEqual(peer.Decode(file))))
        {
            throw new InvalidOperationException("libpng reads other pixels.");
        }

        CodecRace.Run(name, pixels, () => Array.ForEach(files, file => Image.Decode(file, "bench")), "libpng",
            peer is null ? null : () => Array.ForEach(files, file => peer.Decode(file)));
    }
}
