using System.Numerics;
using Descent.Kernels;

namespace Descent;

/// <summary>The random numbers of one picture, in the order in which the painter asks for them.</summary>
internal struct Hand(RandomStep step, int index)
{
    /// <summary>No picture needs as many blocks: pictures share none.</summary>
    private const int BlocksPerPicture = 1 << 16;

    private ulong _block = (ulong)index * BlocksPerPicture;
    private RandomWords _words;
    private int _used = 4;

    /// <summary>Uniform in [0, 1).</summary>
    internal float Unit()
    {
        if (_used == 4)
        {
            _words = Philox4x32.Words(step, _block++);
            _used = 0;
        }

        return (_words[_used++] >> 8) * (float)RandomReference.Scale;
    }

    /// <summary>Uniform in [low, high).</summary>
    internal float Between(float low, float high) => low + (high - low) * Unit();

    /// <summary>
    /// Mean 0 and deviation 1, triangular: unlike a normal number it stays within ±2.45, so that no picture is beyond reading.
    /// </summary>
    internal float Bell() => (Unit() + Unit() - 1) * MathF.Sqrt(6);

    /// <summary>Two independent numbers like <see cref="Bell"/>.</summary>
    internal Vector2 Bell2()
    {
        float x = Bell();
        return new(x, Bell());
    }
}
