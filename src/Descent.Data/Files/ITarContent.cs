namespace Descent;

/// <summary>The bytes of a tar archive from front to back, as its index takes them.</summary>
internal interface ITarContent
{
    /// <summary>What messages call the archive.</summary>
    string Name { get; }

    /// <summary>How many bytes were taken.</summary>
    long Position { get; }

    /// <summary>How many bytes can follow at most: no member is longer.</summary>
    long MostLeft { get; }

    /// <summary>Takes bytes until the buffer is full or the archive ends; gives how many.</summary>
    int Take(Span<byte> buffer);

    /// <summary>Passes over the content of a file, and keeps it where it cannot be read again.</summary>
    /// <exception cref="DataFormatException">The archive ends before, or what is kept does not fit into memory.</exception>
    ReadOnlyMemory<byte> Keep(long length, string path);

    /// <summary>Passes over bytes, or up to the end.</summary>
    void Skip(long length);

    /// <summary>Reads what follows the end mark, so that a checksum behind it is checked.</summary>
    void Finish();
}
