using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The random generator Philox4x32 with ten rounds: a pure function from a 128-bit counter and a 64-bit key to four 32-bit words, so that a
/// value depends on nothing but its place. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
public static class Philox4x32
{
    internal const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>Four words: block number <paramref name="block"/> of the given step of a stream.</summary>
    [MethodImpl(Jit.Inline)]
    public static RandomWords Words(RandomStep step, ulong block)
    {
        uint c0 = (uint)block, c1 = (uint)(block >> 32), c2 = (uint)step.Step, c3 = (uint)(step.Step >> 32);
        uint k0 = (uint)step.Key, k1 = (uint)(step.Key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0, product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return new RandomWords(c0, c1, c2, c3);
    }
}

/// <summary>Names one draw of one stream: all values of a random tensor come from it and their own place.</summary>
/// <param name="Key">The stream: a hash of seed and name.</param>
/// <param name="Step">How many draws the stream made before.</param>
public readonly record struct RandomStep(ulong Key, ulong Step);

/// <summary>The four words of one block.</summary>
public readonly record struct RandomWords(uint W0, uint W1, uint W2, uint W3)
{
    /// <summary>One of the words.</summary>
    public uint this[int word] => word switch { 0 => W0, 1 => W1, 2 => W2, _ => W3 };
}
