namespace Descent;

/// <summary>
/// What durable writing asks of a disk. Nothing else reaches the disk there, so that a test can make every single call fail, or lose
/// what was not flushed.
/// </summary>
/// <remarks>Errors are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>, as the system reports them.</remarks>
internal interface IFileSystem
{
    /// <summary>True for a file or a folder.</summary>
    bool Exists(string path);

    /// <summary>The names of what a folder holds; none where there is no folder.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Gives a stream that can seek.</summary>
    Stream OpenRead(string path);

    /// <summary>Makes a new file; every write to it is one call to the system.</summary>
    Stream Create(string path);

    /// <summary>Goes on at the end of a file, which is made where it is missing.</summary>
    Stream Append(string path);

    /// <summary>Cuts a file to its first bytes.</summary>
    void Truncate(string path, long length);

    /// <summary>Returns once the file's bytes are on the disk.</summary>
    void Flush(Stream file);

    /// <summary>Returns once the names in the folder are on the disk.</summary>
    void FlushFolder(string folder);

    /// <summary>Makes a folder in one that is there.</summary>
    void CreateFolder(string folder);

    /// <summary>Gives a file or folder another name at one stroke; a file takes the place of an older one.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file, or a folder with all that it holds; nothing where there is neither.</summary>
    void Delete(string path);

    /// <summary>Keeps other processes out until it is disposed or the process ends.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    IDisposable Lock(string path);
}
