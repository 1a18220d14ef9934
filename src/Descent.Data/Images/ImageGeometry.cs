using System.Buffers;

namespace Descent;

/// <summary>Gives decoded images one size and number of channels.</summary>
/// <param name="Shape">(C, H, W), C 1 or 3.</param>
/// <param name="Fit">How.</param>
internal sealed record ImageGeometry(Shape Shape, ImageFit Fit)
{
    /// <summary>Writes the image as bytes, channel after channel.</summary>
    /// <remarks>The middle, then scaled as Pillow and torchvision scale: antialiased bilinear.</remarks>
    public void Write(Image image, Span<byte> pixels)
    {
        int channels = Shape[0], height = Shape[1], width = Shape[2];
        image = image.WithChannels(channels);
        if (image.Height == height && image.Width == width)
        {
            image.CopyPlanesTo(pixels);
            return;
        }

        byte[] decoded = ArrayPool<byte>.Shared.Rent(image.Pixels.Length);
        Span<byte> whole = decoded.AsSpan(0, image.Pixels.Length);
        image.CopyPlanesTo(whole);
        var from = new Planes(whole, channels, image.Height, image.Width);
        Resampler.Run(Fit == ImageFit.Stretch ? from : Middle(from, height, width), new(pixels, channels, height, width), Resampling.Bilinear);
        ArrayPool<byte>.Shared.Return(decoded);
    }

    /// <summary>The largest part in the middle that has the shape of the result.</summary>
    private static Planes Middle(Planes image, int height, int width)
    {
        double scale = Math.Min((double)image.Height / height, (double)image.Width / width);
        int rows = Math.Clamp((int)Math.Round(height * scale), 1, image.Height), columns = Math.Clamp((int)Math.Round(width * scale), 1, image.Width);
        return image.Crop((image.Height - rows) / 2, (image.Width - columns) / 2, rows, columns);
    }
}
