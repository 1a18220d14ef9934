using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>Changes of a byte that depend on nothing but the byte: a table of 256.</summary>
internal static class PointMap
{
    /// <summary>y = table[x] for one channel; may work in place.</summary>
    [MethodImpl(Jit.Hot)]
    public static void Run(Planes from, Planes to, int channel, ReadOnlySpan<byte> table)
    {
        table = table[..256];
        for (int y = 0; y < from.Height; y++)
        {
            ReadOnlySpan<byte> source = from.Row(channel, y);
            Span<byte> target = to.Row(channel, y)[..source.Length];
            for (int x = 0; x < source.Length; x++)
            {
                target[x] = table[source[x]];
            }
        }
    }

    /// <summary>y = table[x] for all channels; may work in place.</summary>
    public static void Run(Planes from, Planes to, ReadOnlySpan<byte> table)
    {
        for (int c = 0; c < from.Channels; c++)
        {
            Run(from, to, c, table);
        }
    }

    /// <summary>The table of <c>factor·x + (1 − factor)·other</c>, cut to [0, 255] and rounded down as torchvision does.</summary>
    public static void Blend(Span<byte> table, double factor, double other)
    {
        float scale = (float)factor, shift = (float)(1 - factor) * (float)other;
        for (int x = 0; x < table.Length; x++)
        {
            table[x] = (byte)Math.Clamp((scale * x) + shift, 0, 255);
        }
    }
}
