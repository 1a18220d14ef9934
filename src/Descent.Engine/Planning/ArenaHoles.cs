namespace Descent;

/// <summary>The free ranges of an arena under construction: a buffer takes the smallest that holds it, neighbours join when one is given back.</summary>
internal sealed class ArenaHoles
{
    private readonly SortedSet<(long Bytes, long Offset)> _bySize = [];
    private readonly Dictionary<long, long> _endOf = [];
    private readonly Dictionary<long, long> _startOf = [];

    /// <summary>The size that the arena has come to.</summary>
    public long Peak { get; private set; }

    /// <summary>An offset with so many free bytes; the arena grows where no hole is large enough.</summary>
    public long Take(long bytes)
    {
        (long Bytes, long Offset) hole = _bySize.GetViewBetween((bytes, 0), (long.MaxValue, long.MaxValue)).Min;
        if (hole.Bytes > 0)
        {
            Remove(hole.Offset);
            if (hole.Bytes > bytes)
            {
                Add(hole.Offset + bytes, hole.Offset + hole.Bytes);
            }

            return hole.Offset;
        }

        // What is free at the end is stretched.
        if (_startOf.TryGetValue(Peak, out long offset))
        {
            Remove(offset);
        }
        else
        {
            offset = Peak;
        }

        Peak = offset + bytes;
        return offset;
    }

    /// <summary>Makes a range free that <see cref="Take"/> gave.</summary>
    public void Give(long offset, long bytes)
    {
        long start = offset, end = offset + bytes;
        if (_startOf.TryGetValue(start, out long before))
        {
            Remove(before);
            start = before;
        }

        if (_endOf.TryGetValue(end, out long after))
        {
            Remove(end);
            end = after;
        }

        Add(start, end);
    }

    private void Add(long start, long end)
    {
        _bySize.Add((end - start, start));
        _endOf.Add(start, end);
        _startOf.Add(end, start);
    }

    private void Remove(long start)
    {
        _endOf.Remove(start, out long end);
        _startOf.Remove(end);
        _bySize.Remove((end - start, start));
    }
}
