using Microsoft.Win32.SafeHandles;

namespace Descent;

/// <summary>A plain tar archive: its files stay where they lie.</summary>
internal sealed class TarFile(SafeFileHandle handle, string path, long length) : ITarContent
{
    // Headers of small files lie near each other: one read serves many.
    private readonly byte[] _window = new byte[1 << 16];
    private long _windowStart;
    private int _windowLength;

    public string Name => path;

    public long Position { get; private set; }

    public long MostLeft => length - Position;

    public int Take(Span<byte> buffer)
    {
        int taken = 0;
        while (taken < buffer.Length && Position < length)
        {
            long at = Position - _windowStart;
            if (at < 0 || at >= _windowLength)
            {
                (_windowStart, at) = (Position, 0);
                _windowLength = RandomAccess.Read(handle, _window, Position);
                if (_windowLength == 0)
                {
                    break;
                }
            }

            int count = Math.Min(buffer.Length - taken, _windowLength - (int)at);
            _window.AsSpan((int)at, count).CopyTo(buffer[taken..]);
            taken += count;
            Position += count;
        }

        return taken;
    }

    public ReadOnlyMemory<byte> Keep(long count, string member)
    {
        Skip(count);
        return default;
    }

    public void Skip(long count) => Position = Math.Min(length, Position + count);

    public void Finish()
    {
    }
}
