using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Descent;

/// <summary>Fetching from servers of this machine, good and bad ones.</summary>
public sealed class DownloaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-download-").FullName;
    private readonly HttpListener _server = new();
    private readonly string _address;
    private readonly byte[] _content = new byte[300_000];
    private readonly List<string> _asked = [];

    public DownloaderTests()
    {
        new Random(1).NextBytes(_content);
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _server.Prefixes.Add(_address);
        _server.Start();
        _ = Task.Run(Serve);
    }

    private string Kept => Path.Combine(_folder, "a.bin");

    private RemoteFile Remote => new("a.bin", _content.Length, Convert.ToHexStringLower(SHA256.HashData(_content)));

    public void Dispose()
    {
        _server.Close();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_is_fetched_once()
    {
        await Fetch("good/");
        await Fetch("good/");
        Assert.Equal(_content, File.ReadAllBytes(Kept));
        Assert.Single(_asked);
        Assert.Equal([Kept], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("good/", "good/a.bin bytes=100000-")]
    [InlineData("deaf/", "deaf/a.bin bytes=100000-")]
    public async Task What_was_fetched_before_is_gone_on_with_or_begun_again(string mirror, string asked)
    {
        File.WriteAllBytes(Kept + ".part", _content[..100_000]);
        await Fetch(mirror);
        Assert.Equal(_content, File.ReadAllBytes(Kept));
        Assert.Equal([asked], _asked);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_again()
    {
        await Fetch("breaking/");
        Assert.Equal(_content, File.ReadAllBytes(Kept));
        Assert.True(_asked.Count > 1);
    }

    [Theory]
    [InlineData("missing/")]
    [InlineData("wrong/")]
    [InlineData("longer/")]
    [InlineData("elsewhere/")]
    public async Task The_next_mirror_helps_where_one_fails(string bad)
    {
        await Fetch(bad, "good/");
        Assert.Equal(_content, File.ReadAllBytes(Kept));
    }

    [Theory]
    [InlineData("missing/", "answers 404")]
    [InlineData("wrong/", "wrong checksum")]
    [InlineData("longer/", "bytes")]
    [InlineData("elsewhere/", "not https")]
    public async Task What_is_wrong_with_a_mirror_is_said_and_nothing_is_kept(string bad, string message)
    {
        IOException said = await Assert.ThrowsAsync<IOException>(() => Fetch(bad));
        Assert.Contains("a.bin cannot be fetched: 127.0.0.1: ", said.Message);
        Assert.Contains(message, said.Message);
        Assert.False(File.Exists(Kept));
    }

    [Fact]
    public async Task Without_a_network_one_line_says_so()
    {
        _server.Stop();
        IOException said = await Assert.ThrowsAsync<IOException>(() => Fetch("good/"));
        Assert.Contains("no network", said.Message);
        Assert.DoesNotContain('\n', said.Message);
    }

    private async Task Fetch(params string[] mirrors)
    {
        using var downloader = new Downloader(patience: TimeSpan.FromSeconds(20));
        await downloader.FetchAsync(Remote, [.. mirrors.Select(mirror => _address + mirror)], _folder, TestContext.Current.CancellationToken);
    }

    private async Task Serve()
    {
        while (_server.IsListening)
        {
            try
            {
                Answer(await _server.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The other side went away, or the server is closed.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath.TrimStart('/'), range = context.Request.Headers["Range"] ?? "";
        lock (_asked)
        {
            _asked.Add($"{path} {range}".TrimEnd());
        }

        HttpListenerResponse response = context.Response;
        byte[] content = path.StartsWith("wrong/", StringComparison.Ordinal) ? new byte[_content.Length]
            : path.StartsWith("longer/", StringComparison.Ordinal) ? [.. _content, 1]
            : _content;
        int from = 0;
        switch (path[..path.IndexOf('/')])
        {
            case "missing":
                response.StatusCode = 404;
                response.Close();
                return;
            case "elsewhere":
                response.StatusCode = 302;
                response.RedirectLocation = "ftp://127.0.0.1/a.bin";
                response.Close();
                return;
            case "deaf":
                break;
            default:
                from = range.Length > 0 ? int.Parse(range["bytes=".Length..^1]) : 0;
                if (from > 0)
                {
                    response.StatusCode = 206;
                    response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
                }

                break;
        }

        response.ContentLength64 = content.Length - from;
        if (path.StartsWith("breaking/", StringComparison.Ordinal) && from < 200_000)
        {
            response.OutputStream.Write(content, from, 100_000);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }

        response.OutputStream.Write(content, from, content.Length - from);
        response.Close();
    }
}
