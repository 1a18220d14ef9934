using System.Security.Cryptography;

namespace Descent;

/// <summary>A checkpoint on the disk whose every bit was found to be as it was written.</summary>
internal sealed class Checkpoint
{
    private readonly IFileSystem _disk;
    private readonly CheckpointManifest _manifest;

    private Checkpoint(IFileSystem disk, string path, CheckpointManifest manifest) => (_disk, FullPath, _manifest) = (disk, path, manifest);

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Steps done.</summary>
    public long Step => _manifest.Step;

    /// <summary>True where it was the best of its run when it was written.</summary>
    public bool IsBest => _manifest.IsBest;

    /// <summary>True where it holds a file of that name.</summary>
    public bool Has(string name) => _manifest.Files.ContainsKey(name);

    public string PathOf(string name) => Path.Combine(FullPath, name);

    /// <exception cref="CheckpointException">There is no such file.</exception>
    public Stream OpenRead(string name) =>
        Has(name) ? _disk.OpenRead(PathOf(name)) : throw new CheckpointException(PathOf(name), "the checkpoint holds no such file.");

    /// <summary>Reads the manifest and compares every file with it.</summary>
    /// <exception cref="CheckpointException">A file is missing or damaged; the message names it.</exception>
    public static Checkpoint Verify(IFileSystem disk, string path)
    {
        string at = Path.Combine(path, CheckpointManifest.FileName);
        try
        {
            CheckpointManifest manifest = CheckpointManifest.Read(disk, at);
            foreach ((string name, CheckpointManifest.Entry entry) in manifest.Files)
            {
                at = Path.Combine(path, name);
                using Stream file = disk.OpenRead(at);
                if (file.Length != entry.Bytes)
                {
                    throw new CheckpointException(at, $"it has {file.Length} bytes and not {entry.Bytes}.");
                }

                if (Convert.ToHexStringLower(SHA256.HashData(file)) != entry.Sha256)
                {
                    throw new CheckpointException(at, $"its SHA-256 is not the one in {CheckpointManifest.FileName}.");
                }
            }

            return new(disk, path, manifest);
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not CheckpointException)
        {
            throw new CheckpointException(at, $"it cannot be read: {e.Message}");
        }
    }
}
