using System.Buffers;
using System.Collections.Concurrent;

namespace Descent;

/// <summary>The first pass over a collection of images, on several threads: decodes, scales, keeps, adds up, and collects what is bad.</summary>
/// <remarks>What comes out does not depend on the number of threads, errors included.</remarks>
internal sealed class ImageCollectionLoad(IImageCollection images, ImageLoading loading, CancellationToken cancellation)
{
    private readonly ConcurrentDictionary<int, Exception> _bad = new();

    public ImageCollectionDataset Run()
    {
        if (images.Count == 0)
        {
            throw new ArgumentException("There is no image.", nameof(images));
        }

        // All images are taken to be like the first one, until one is found that is not.
        Image first = FirstReadable();
        ImageSize? size = loading.Size;
        int channels = loading.Channels ?? ChannelsOf(first);
        while (true)
        {
            (int height, int width) = size ?? new(first.Height, first.Width);
            var geometry = new ImageGeometry(new(channels, height, width), loading.Fit);
            (int Index, Image Image)? other = TryLoad(geometry, isSizeGiven: size is not null, out ImageCollectionDataset? dataset);
            if (dataset is not null)
            {
                return dataset;
            }

            Image image = other!.Value.Image;
            channels = loading.Channels ?? Math.Max(channels, ChannelsOf(image));
            if (size is null && (image.Height != height || image.Width != width))
            {
                size = loading.SizeWhereTheyDiffer ?? throw new ArgumentException(
                    $"The images differ in size: {images.NameOf(other.Value.Index)} has {image.Width}×{image.Height} pixels, others have {width}×{height}. "
                    + "Say what size they are to get: --size N or --size HEIGHTxWIDTH.");
            }
        }
    }

    private static int ChannelsOf(Image image) => image.Channels >= 3 ? 3 : 1;

    private Image FirstReadable()
    {
        for (int i = 0; i < images.Count; i++)
        {
            if (Read(i) is { } image)
            {
                return image;
            }

            ThrowIfTooManyAreBad();
        }

        throw new IOException($"None of the {images.Count} images can be read. {Problem(_bad.MinBy(bad => bad.Key))}", _bad.MinBy(bad => bad.Key).Value);
    }

    /// <summary>Loads all images, or finds the first one that is not as the geometry takes it.</summary>
    private (int Index, Image Image)? TryLoad(ImageGeometry geometry, bool isSizeGiven, out ImageCollectionDataset? dataset)
    {
        int size = checked((int)geometry.Shape.Count);
        long room = loading.CacheBytes / size;
        byte[]?[] cache = new byte[images.Count][];
        var others = new ConcurrentDictionary<int, Image>();
        bool anyIsScaled = false;
        long[] sums = new long[geometry.Shape[0]], squares = new long[geometry.Shape[0]];
        var options = new ParallelOptions { MaxDegreeOfParallelism = loading.Workers ?? Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, images.Count, options, (i, state) =>
        {
            if (Read(i) is not { } image)
            {
                if (_bad.Count > loading.SkipBad)
                {
                    // Those before it are still read, so that the error is the same one each time.
                    state.Break();
                }

                return;
            }

            bool fits = (isSizeGiven || (image.Height == geometry.Shape[1] && image.Width == geometry.Shape[2]))
                && (loading.Channels is not null || ChannelsOf(image) <= geometry.Shape[0]);
            if (!fits)
            {
                others.TryAdd(i, image);
                state.Break();
                return;
            }

            if (image.Height != geometry.Shape[1] || image.Width != geometry.Shape[2])
            {
                Volatile.Write(ref anyIsScaled, true);
            }

            byte[] pixels = i < room ? new byte[size] : ArrayPool<byte>.Shared.Rent(size);
            geometry.Write(image, pixels.AsSpan(0, size));
            if (loading.Preprocessing is null)
            {
                Preprocessing.AddMoments(pixels.AsSpan(0, size), sums, squares);
            }

            if (i < room)
            {
                cache[i] = pixels;
            }
            else
            {
                ArrayPool<byte>.Shared.Return(pixels);
            }
        });
        ThrowIfTooManyAreBad();
        dataset = null;
        if (!others.IsEmpty)
        {
            int index = others.Keys.Min();
            return (index, others[index]);
        }

        int[] indices = [.. Enumerable.Range(0, images.Count).Where(i => !_bad.ContainsKey(i))];
        Preprocessing preprocessing = loading.Preprocessing ?? Preprocessing.Of(sums, squares, (long)indices.Length * size / sums.Length);
        OriginalImages? originals = anyIsScaled ? new(images, geometry.Shape[0], loading.CacheBytes - Math.Min(room, images.Count) * size) : null;
        dataset = new(
            images, geometry, indices, [.. indices.Select(i => cache[i])], originals, preprocessing,
            [.. _bad.OrderBy(bad => bad.Key).Select(bad => new SkippedImage(images.NameOf(bad.Key), bad.Value.Message))]);
        return null;
    }

    /// <summary>Null where the image cannot be read, which is noted.</summary>
    private Image? Read(int index)
    {
        if (_bad.ContainsKey(index))
        {
            return null;
        }

        try
        {
            return images.Read(index);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _bad.TryAdd(index, e);
            return null;
        }
    }

    private void ThrowIfTooManyAreBad()
    {
        if (_bad.Count <= loading.SkipBad)
        {
            return;
        }

        KeyValuePair<int, Exception>[] first = [.. _bad.OrderBy(bad => bad.Key).Take(loading.SkipBad + 1)];
        throw new IOException(
            loading.SkipBad == 0
                ? $"{Problem(first[0])} Repair or remove the file, or leave out up to N such files with --skip-bad N."
                : $"More than {loading.SkipBad} images cannot be read: {string.Join(" ", first.Select(Problem))}",
            first[0].Value);
    }

    /// <summary>What is wrong, with the path, which most messages begin with.</summary>
    private string Problem(KeyValuePair<int, Exception> bad)
    {
        string name = images.NameOf(bad.Key), message = bad.Value.Message;
        return message.Contains(name, StringComparison.Ordinal) ? message : $"{name}: {message}";
    }
}
