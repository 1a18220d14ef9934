namespace Descent;

/// <summary>The images of a collection in the sizes that they have, as bytes channel after channel; decoded when they are asked for.</summary>
/// <param name="images">Where they are.</param>
/// <param name="channels">1 or 3.</param>
/// <param name="room">Bytes of decoded images to be kept; the others are decoded each time.</param>
/// <remarks>Thread-safe. Which images are kept may depend on the threads, what is read does not.</remarks>
internal sealed class OriginalImages(IImageCollection images, int channels, long room)
{
    private readonly Pixels?[] _kept = new Pixels?[images.Count];
    private long _room = room;

    public Planes Read(int index)
    {
        if (Volatile.Read(ref _kept[index]) is { } kept)
        {
            return kept.Planes;
        }

        Image image = images.Read(index).WithChannels(channels);
        var read = new Pixels(new byte[image.Pixels.Length], channels, image.Height, image.Width);
        image.CopyPlanesTo(read.Bytes);
        if (Interlocked.Add(ref _room, -read.Bytes.Length) < 0 || Interlocked.CompareExchange(ref _kept[index], read, null) is not null)
        {
            Interlocked.Add(ref _room, read.Bytes.Length);
        }

        return read.Planes;
    }

    private sealed record Pixels(byte[] Bytes, int Channels, int Height, int Width)
    {
        public Planes Planes => new(Bytes, Channels, Height, Width);
    }
}
