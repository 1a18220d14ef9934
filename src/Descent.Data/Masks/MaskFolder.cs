namespace Descent;

/// <summary>
/// A folder of images and masks: <c>train/images/NAME.png</c> beside <c>train/masks/NAME.png</c>, and the same under <c>test</c>.
/// </summary>
/// <remarks>
/// Images are of any format that <see cref="Image"/> reads, all of one size; masks are PGM or grey PNG of that size, 8 bits, whose values
/// are the classes, 0, 1, ….
/// A file <c>classes.txt</c> names the classes, one a line; without it they are numbered up to the largest that occurs in training.
/// </remarks>
internal static class MaskFolder
{
    private static readonly string[] s_maskEndings = [".png", ".pgm"];

    /// <exception cref="DirectoryNotFoundException">One of the four folders is missing.</exception>
    /// <exception cref="FileNotFoundException">An image has no mask, or there is no image.</exception>
    /// <exception cref="DataFormatException">A file is damaged, or does not fit the others.</exception>
    public static (IDataset Train, IDataset Test) Load(string folder)
    {
        (Shape shape, byte[] pixels, byte[] masks, string[] paths) train = Read(folder, "train", null), test = Read(folder, "test", train.shape);
        string file = Path.Combine(folder, "classes.txt");
        string[] names = File.Exists(file)
            ? [.. TextFile.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : [.. Enumerable.Range(0, train.masks.Max() + 1).Select(label => $"{label}")];
        CheckLabels(train.masks, train.paths, names.Length);
        CheckLabels(test.masks, test.paths, names.Length);
        var labelShape = new Shape(train.shape.Sizes[1..]);
        var set = new ImageDataset(train.shape, train.pixels, train.masks, names, labelShape: labelShape);
        return (set, new ImageDataset(test.shape, test.pixels, test.masks, names, set.Preprocessing, labelShape));
    }

    private static (Shape Shape, byte[] Pixels, byte[] Masks, string[] MaskPaths) Read(string folder, string part, Shape? shape)
    {
        string images = Path.Combine(folder, part, "images"), masks = Path.Combine(folder, part, "masks");
        string? missing = new[] { images, masks }.FirstOrDefault(path => !Directory.Exists(path));
        if (missing is not null)
        {
            throw new DirectoryNotFoundException(
                $"The folder {missing} does not exist; a set with masks is PATH/train/images, PATH/train/masks, PATH/test/images and PATH/test/masks, "
                + "with masks in PNG or PGM of the same names as their images.");
        }

        string[] names = [.. Directory.GetFiles(images).Where(ImageEndings.IsImage).Order(StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            throw new FileNotFoundException($"{images} holds no image: {ImageEndings.Common}.");
        }

        var pixels = new List<byte>();
        var labels = new List<byte>();
        var maskPaths = new List<string>();
        foreach (string path in names)
        {
            var image = Image.Read(path);
            var found = new Shape(image.Channels, image.Height, image.Width);
            shape ??= found;
            if (found != shape)
            {
                throw new DataFormatException(path, 0, $"the image is {found}, but the first one is {shape}: scale or cut all to one size.");
            }

            string maskPath = MaskOf(path, masks);
            Image mask = ReadMask(maskPath);
            var maskShape = new Shape(mask.Channels, mask.Height, mask.Width);
            if (maskShape != shape.Value.With(0, 1))
            {
                throw new DataFormatException(maskPath, 0, $"the mask is {maskShape}, but its image needs one of {shape.Value.With(0, 1)}.");
            }

            byte[] planes = new byte[image.Pixels.Length];
            image.CopyPlanesTo(planes);
            pixels.AddRange(planes);
            labels.AddRange(mask.Pixels);
            maskPaths.Add(maskPath);
        }

        return (shape!.Value, [.. pixels], [.. labels], [.. maskPaths]);
    }

    private static string MaskOf(string imagePath, string masks)
    {
        string start = Path.Combine(masks, Path.GetFileNameWithoutExtension(imagePath));
        return s_maskEndings.Select(ending => start + ending).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"The image {imagePath} has no mask {start}.png or {start}.pgm.", start + s_maskEndings[0]);
    }

    /// <summary>A mask's values as they are: those of a PGM are not stretched to 255.</summary>
    private static Image ReadMask(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        return ImageCodec.Of(file, path).Format == ImageFormat.Pnm
            ? PnmDecoder.Decode(file, path, ImageReading.Default, scaled: false)
            : Image.Decode(file, path);
    }

    private static void CheckLabels(byte[] masks, string[] paths, int classes)
    {
        int size = masks.Length / paths.Length;
        int wrong = classes is > 0 and <= 256 ? masks.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1)) : 0;
        if (wrong >= 0)
        {
            throw new DataFormatException(paths[wrong / size], 0,
                $"pixel {wrong % size} is of class {masks[wrong]}, but there are {classes} classes, 0 to {classes - 1}; masks hold the numbers of classes, "
                + "not colours, and classes.txt names each of them.");
        }
    }
}
