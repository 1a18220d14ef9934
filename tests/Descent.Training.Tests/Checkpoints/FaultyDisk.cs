namespace Descent.Training.Tests.Checkpoints;

/// <summary>What a disk can do instead of what it was asked.</summary>
public enum Fault
{
    /// <summary>ENOSPC.</summary>
    Full,

    /// <summary>EIO.</summary>
    Broken,

    /// <summary>EACCES.</summary>
    Denied,

    /// <summary>ENOSPC after a part of the bytes.</summary>
    ShortWrite,

    /// <summary>Nothing is done any more.</summary>
    PowerCut,
}

/// <summary>A power cut is no error that a program could handle.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>A disk that fails once, or from then on, at the n-th call that changes something.</summary>
internal sealed class FaultyDisk(IFileSystem disk, int failAt, Fault fault, bool forGood = false) : IFileSystem
{
    private int _calls;

    /// <summary>What the call was that failed first.</summary>
    public string? Failed { get; private set; }

    public bool Exists(string path) => disk.Exists(path);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public Stream OpenRead(string path) => disk.OpenRead(path);

    public Stream Create(string path)
    {
        Count($"create {path}");
        return new Writer(this, disk.Create(path), path);
    }

    public Stream Append(string path)
    {
        Count($"append {path}");
        return new Writer(this, disk.Append(path), path);
    }

    public void Truncate(string path, long length)
    {
        Count($"truncate {path}");
        disk.Truncate(path, length);
    }

    public void Flush(Stream file)
    {
        var writer = (Writer)file;
        Count($"flush {writer.Path}");
        disk.Flush(writer.Inner);
    }

    public void FlushFolder(string folder)
    {
        Count($"flush folder {folder}");
        disk.FlushFolder(folder);
    }

    public void CreateFolder(string folder)
    {
        Count($"create folder {folder}");
        disk.CreateFolder(folder);
    }

    public void Rename(string from, string to)
    {
        Count($"rename {from}");
        disk.Rename(from, to);
    }

    public void Delete(string path)
    {
        Count($"delete {path}");
        disk.Delete(path);
    }

    public IDisposable Lock(string path) => disk.Lock(path);

    private void Count(string call)
    {
        _calls++;
        if (_calls == failAt || (_calls > failAt && (forGood || fault == Fault.PowerCut)))
        {
            Failed ??= call;
            throw Error();
        }
    }

    /// <summary>Of a write that fails, some bytes may be there all the same.</summary>
    private int BytesWritten(int count) => _calls == failAt && fault is (Fault.ShortWrite or Fault.PowerCut) ? count / 2 : 0;

    private Exception Error() => fault switch
    {
        Fault.Broken => new IOException("Input/output error"),
        Fault.Denied => new UnauthorizedAccessException("Permission denied"),
        Fault.PowerCut => new PowerCutException(),
        _ => new IOException("No space left on device"),
    };

    private sealed class Writer(FaultyDisk owner, Stream inner, string path) : MemoryStream
    {
        public Stream Inner => inner;

        public string Path => path;

        public override long Length => inner.Length;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                owner.Count($"write {path}");
            }
            catch
            {
                inner.Write(buffer[..owner.BytesWritten(buffer.Length)]);
                throw;
            }

            inner.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
