using System.Security.Cryptography;

namespace Descent;

/// <summary>A published file.</summary>
/// <param name="Name">Its name on every mirror and on the disk.</param>
/// <param name="Length">Its bytes; null where they are not published: then <c>Most</c> limits them.</param>
/// <param name="Sha256">Its checksum, in lower-case hexadecimal digits.</param>
internal sealed record RemoteFile(string Name, long? Length, string Sha256)
{
    /// <summary>No more bytes than these are taken.</summary>
    public long Most => Length ?? 1L << 30;

    /// <summary>Has a file on the disk this checksum?</summary>
    public bool IsRight(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == Sha256;
    }
}
