namespace Descent;

/// <summary>A file in a tar archive.</summary>
/// <param name="Path">From the archive's root, parted by /.</param>
/// <param name="Offset">Where its content begins in the archive (after decompression).</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Content">Its content where the archive is kept in memory, else empty.</param>
internal readonly record struct TarMember(string Path, long Offset, long Length, ReadOnlyMemory<byte> Content);
