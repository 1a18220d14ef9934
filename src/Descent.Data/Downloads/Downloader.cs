using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Descent;

/// <summary>Fetches published files: from the first mirror that has them, checked by their checksums, going on where an earlier attempt ended.</summary>
/// <remarks>
/// A file grows as <c>NAME.part</c> and gets its name only when all of it is there, its SHA-256 is right and it is on the disk. More bytes than
/// the file has are never taken. A mirror may send on to another address, but only to https.
/// </remarks>
internal sealed class Downloader : IDisposable
{
    private const int MostRedirects = 5, AttemptsPerMirror = 3, ChunkBytes = 1 << 16;

    private readonly HttpClient _http;
    private readonly IProgress<DownloadProgress>? _progress;
    private readonly TimeSpan _patience;

    /// <param name="progress">Hears of every piece.</param>
    /// <param name="patience">How long a mirror may be silent; 30 seconds if null.</param>
    public Downloader(IProgress<DownloadProgress>? progress = null, TimeSpan? patience = null)
    {
        (_progress, _patience) = (progress, patience ?? TimeSpan.FromSeconds(30));
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = _patience }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("descent", "0.1"));
    }

    /// <summary>Puts a file into a folder, unless it is there.</summary>
    /// <param name="file">Which one.</param>
    /// <param name="mirrors">Addresses of folders, ending with /, tried in this order.</param>
    /// <param name="folder">Where it goes; made if it is missing.</param>
    /// <param name="cancellation">Ends it; what was fetched stays for the next attempt.</param>
    /// <exception cref="IOException">No mirror gave the right file; the message says of each why.</exception>
    public async Task FetchAsync(RemoteFile file, IReadOnlyList<string> mirrors, string folder, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, file.Name);
        if (File.Exists(path))
        {
            return;
        }

        string? made = Missing(folder);
        Directory.CreateDirectory(folder);
        var problems = new List<string>();
        foreach (Uri address in mirrors.Select(mirror => new Uri(mirror + file.Name)))
        {
            try
            {
                await FetchAsync(file, address, path, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or MirrorException or HttpIOException or TimeoutException)
            {
                problems.Add($"{address.Host}: {Reason(e)}");
            }
        }

        LeaveNothingEmpty(path + ".part", made);
        throw new IOException($"{file.Name} cannot be fetched: {string.Join("; ", problems)}.");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The first folder on the way that is not there; null where all are.</summary>
    private static string? Missing(string folder)
    {
        string? missing = null;
        for (string? at = Path.GetFullPath(folder); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            missing = at;
        }

        return missing;
    }

    /// <summary>Removes what was made for a file of which nothing came.</summary>
    private static void LeaveNothingEmpty(string partPath, string? made)
    {
        if (new FileInfo(partPath) is { Exists: true, Length: 0 } part)
        {
            part.Delete();
        }

        if (made is not null && !Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories).Any())
        {
            Directory.Delete(made, recursive: true);
        }
    }

    private static string Reason(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError }
        ? $"no network ({e.Message.TrimEnd('.')})"
        : e.Message.TrimEnd('.');

    private async Task FetchAsync(RemoteFile file, Uri address, string path, CancellationToken cancellation)
    {
        string partPath = path + ".part";
        using FileStream part = OpenPart(partPath);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await HashWhatIsThere(part, hash, file, cancellation).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            long before = part.Position;
            try
            {
                await ReceiveAsync(file, address, part, hash, cancellation).ConfigureAwait(false);
                break;
            }
            catch (Exception e) when (attempt < AttemptsPerMirror && part.Position > before && e is HttpRequestException or HttpIOException or TimeoutException)
            {
                // The connection broke, but there was one: go on where it ended.
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
        {
            part.SetLength(0);
            throw new MirrorException("the file has a wrong checksum");
        }

        part.Flush(flushToDisk: true);
        File.Move(partPath, path, overwrite: true);
    }

    private static FileStream OpenPart(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Delete);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"{path} is in use: another process fetches this file. Wait for it, then start again.", e);
        }
    }

    private static async Task HashWhatIsThere(FileStream part, IncrementalHash hash, RemoteFile file, CancellationToken cancellation)
    {
        if (part.Length > file.Most)
        {
            part.SetLength(0);
        }

        byte[] buffer = new byte[ChunkBytes];
        for (int read; (read = await part.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            hash.AppendData(buffer.AsSpan(0, read));
        }
    }

    private async Task ReceiveAsync(RemoteFile file, Uri address, FileStream part, IncrementalHash hash, CancellationToken cancellation)
    {
        if (part.Position == file.Length)
        {
            return;
        }

        using HttpResponseMessage response = await AskAsync(address, part.Position, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && part.Position > 0)
        {
            // What is there is not the beginning of this file, or all of it where its length is not published.
            if (file.Length is null && response.Content.Headers.ContentRange?.Length == part.Position)
            {
                return;
            }

            BeginAgain(part, hash);
            throw new MirrorException("the mirror does not know the rest of what was fetched before; it is fetched anew next time");
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new MirrorException($"the mirror answers {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        bool isRest = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Position;
        if (!isRest && part.Position > 0)
        {
            // The mirror ignores the range and sends all.
            BeginAgain(part, hash);
        }

        if (response.StatusCode == HttpStatusCode.PartialContent && !isRest)
        {
            throw new MirrorException("the mirror sends another part than was asked for");
        }

        long? announced = response.Content.Headers.ContentLength + part.Position;
        if (announced > file.Most || (file.Length is { } length && announced is not null && announced != length))
        {
            throw new MirrorException($"the mirror's file has {announced} bytes, not {file.Length ?? file.Most}{(file.Length is null ? " at most" : "")}");
        }

        await CopyAsync(file, address, response, part, hash, cancellation).ConfigureAwait(false);
    }

    private async Task CopyAsync(
        RemoteFile file, Uri address, HttpResponseMessage response, FileStream part, IncrementalHash hash, CancellationToken cancellation)
    {
        using Stream content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[ChunkBytes];
        long length = file.Length ?? (response.Content.Headers.ContentLength + part.Position) ?? file.Most;
        while (true)
        {
            int read = await WithPatience(token => content.ReadAsync(buffer, token).AsTask(), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            if (part.Position + read > file.Most)
            {
                BeginAgain(part, hash);
                throw new MirrorException($"the mirror's file is longer than {file.Most} bytes");
            }

            hash.AppendData(buffer.AsSpan(0, read));
            await part.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            _progress?.Report(new(file.Name, address.Host, part.Position, length));
        }

        if (file.Length is not null && part.Position < file.Length)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"the connection ended {file.Length - part.Position} bytes early");
        }
    }

    private async Task<HttpResponseMessage> AskAsync(Uri address, long from, CancellationToken cancellation)
    {
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            HttpResponseMessage response = await WithPatience(
                token => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            Uri? next = response.Headers.Location is { } location ? new Uri(address, location) : null;
            response.Dispose();
            if (next?.Scheme != Uri.UriSchemeHttps || redirects == MostRedirects)
            {
                throw new MirrorException(redirects == MostRedirects
                    ? $"the mirror sends on more than {MostRedirects} times"
                    : $"the mirror sends on to {next}, which is not https");
            }

            address = next;
        }
    }

    private async Task<T> WithPatience<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"silent for {_patience.TotalSeconds:0} s", e);
        }
    }

    private static void BeginAgain(FileStream part, IncrementalHash hash)
    {
        part.SetLength(0);
        part.Position = 0;
        hash.GetHashAndReset();
    }

    /// <summary>This mirror will not give the file; another may.</summary>
    private sealed class MirrorException(string message) : Exception(message);
}
