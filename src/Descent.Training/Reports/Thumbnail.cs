using System.Text.Json;

namespace Descent;

/// <summary>A small picture that a page holds in itself.</summary>
/// <param name="Uri">PNG as <c>data:</c>.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
internal sealed record Thumbnail(string Uri, int Width, int Height)
{
    /// <summary>Larger pictures are shrunk, so that a page of them stays small.</summary>
    private const int MostPixels = 128;

    /// <summary>Whether planes of so many channels are a picture.</summary>
    public static bool CanShow(Shape shape) => shape.Rank == 3 && shape[0] is 1 or 3;

    /// <summary>Of bytes that stand channel after channel, as (C, H, W).</summary>
    public static Thumbnail OfPlanes(ReadOnlySpan<byte> planes, Shape shape)
    {
        (int channels, int height, int width) = (shape[0], shape[1], shape[2]);

        // Whole pixels are averaged over blocks of one size; a last block that is not full is left out.
        int block = (Math.Max(width, height) + MostPixels - 1) / MostPixels;
        (int columns, int rows) = (Math.Max(1, width / block), Math.Max(1, height / block));
        byte[] pixels = new byte[rows * columns * channels];
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<byte> plane = planes.Slice(c * height * width, height * width);
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++)
                {
                    pixels[(((y * columns) + x) * channels) + c] = Mean(plane, width, height, x * block, y * block, block);
                }
            }
        }

        var image = new Image(columns, rows, channels, pixels);
        return new("data:image/png;base64," + Convert.ToBase64String(image.EncodePng()), columns, rows);
    }

    /// <summary>Of numbers (C, H, W): 0 is grey, plus and minus the largest are white and black.</summary>
    public static Thumbnail OfWeights(ReadOnlySpan<float> weights, Shape shape, double largest)
    {
        byte[] planes = new byte[weights.Length];
        for (int i = 0; i < planes.Length; i++)
        {
            planes[i] = (byte)Math.Clamp(Math.Round(127.5 + (127.5 * weights[i] / largest)), 0, 255);
        }

        return OfPlanes(planes, shape);
    }

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("image", Uri);
        json.WriteNumber("width", Width);
        json.WriteNumber("height", Height);
    }

    private static byte Mean(ReadOnlySpan<byte> plane, int width, int height, int left, int top, int block)
    {
        int sum = 0, count = 0;
        for (int y = top; y < Math.Min(top + block, height); y++)
        {
            for (int x = left; x < Math.Min(left + block, width); x++)
            {
                sum += plane[(y * width) + x];
                count++;
            }
        }

        return (byte)((sum + (count / 2)) / count);
    }
}
