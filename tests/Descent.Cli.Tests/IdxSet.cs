using System.Buffers.Binary;

namespace Descent.Cli.Tests;

/// <summary>A small data set in MNIST's four files.</summary>
internal static class IdxSet
{
    /// <summary>Images of noise and labels in turn, as many for testing as for training, with one fault in the training files.</summary>
    public static void Write(string folder, string damage = "none", int side = 28, int count = 20)
    {
        Directory.CreateDirectory(folder);
        byte[] images = new byte[16 + (count * side * side)], labels = new byte[8 + count];
        new Random(1).NextBytes(images.AsSpan(16));
        int[] sizes = [0x803, count, side, side];
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4 * i), sizes[i]);
        }

        BinaryPrimitives.WriteInt32BigEndian(labels, 0x801);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), count);
        for (int i = 0; i < count; i++)
        {
            labels[8 + i] = (byte)(i % 10);
        }

        File.WriteAllBytes(Path.Combine(folder, "t10k-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(folder, "t10k-labels-idx1-ubyte"), labels);
        switch (damage)
        {
            case "truncated":
                images = images[..^5];
                break;
            case "magic":
                images[2] = 0x0B;
                break;
            case "label":
                labels[9] = 200;
                break;
            case "count":
                labels = labels[..^1];
                labels[7]--;
                break;
        }

        File.WriteAllBytes(Path.Combine(folder, "train-images-idx3-ubyte"), images);
        File.WriteAllBytes(Path.Combine(folder, "train-labels-idx1-ubyte"), labels);
    }
}
