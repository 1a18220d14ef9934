using Descent.Kernels;

namespace Descent;

/// <summary>
/// The chance of one transform on one example: numbers that depend on seed, epoch, example and place of the transform alone.
/// </summary>
public ref struct TransformDraw
{
    private readonly RandomStep _step;
    private readonly ReadOnlySpan<byte> _mean;
    private ulong _block;
    private int _word;
    private RandomWords _words;

    internal TransformDraw(RandomStep step, ulong block, ReadOnlySpan<byte> mean = default)
    {
        _mean = mean;
        (_step, _block, _word) = (step, block, 4);
    }

    /// <summary>The draws of one seed, for use outside of a loader.</summary>
    public TransformDraw(ulong seed)
        : this(new(seed, 0), 0)
    {
    }

    /// <summary>What holes are filled with: the mean of the training images' channel where it is known, so that they carry nothing; else 0.</summary>
    public readonly byte Mean(int channel) => channel < _mean.Length ? _mean[channel] : (byte)0;

    /// <summary>Uniform from [0, 1).</summary>
    public double NextDouble() => ((((ulong)Word() << 32) | Word()) >> 11) * (1.0 / (1ul << 53));

    /// <summary>Uniform from [low, high).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A whole number, uniform from [0, bound).</summary>
    public int Next(int bound) => (int)(((ulong)Word() * (uint)bound) >> 32);

    /// <summary>True with a probability.</summary>
    public bool Happens(double probability) => NextDouble() < probability;

    private uint Word()
    {
        if (_word == 4)
        {
            (_words, _word) = (Philox4x32.Words(_step, _block++), 0);
        }

        return _words[_word++];
    }
}
