using System.Net;
using System.Net.Sockets;

namespace Descent.Cli.Tests;

/// <summary>The data sets that are known by name: listed, fetched from a server of this machine, checked, missed.</summary>
public sealed class DataTests : Cli
{
    [Fact]
    public void Sets_are_listed_with_where_they_lie()
    {
        IdxSet.Write(At("sets/mnist"), "none");
        Result list = Run("data --data-dir sets --json");
        Assert.Equal((0, 6), (list.ExitCode, list.Lines.Length));
        Assert.Equal(
            ("mnist", "sets/mnist", 60_000, 10), (list.Lines[0].GetProperty("name").GetString(), list.Lines[0].GetProperty("path").GetString(),
            list.Lines[0].GetProperty("train").GetInt32(), list.Lines[0].GetProperty("classes").GetInt32()));
        Assert.Null(list.Last.GetProperty("path").GetString());
        string text = Run("data --data-dir sets").Output;
        Assert.Matches("(?m)^mnist +28×28 grey images +60,000 \\+ 10,000 +10 classes +12 MB  sets/mnist  https://", text);
        Assert.Matches("(?m)^svhn +32×32 colour images .* not here  http://", text);
    }

    [Theory]
    [InlineData("data gett mnist", 2, "did you mean 'get'?")]
    [InlineData("data get minst", 2, "Unknown data set 'minst'; did you mean 'mnist'?")]
    [InlineData("data get mnist --offline", 2, "leave --offline out")]
    [InlineData("data get mnist --mirror here", 2, "A mirror is the address of a folder, such as http://")]
    [InlineData("data check mnist", 1, "get it with: descent data get mnist")]
    [InlineData("train --data mnist --offline", 1, "Get it where there is a network, with: descent data get mnist.")]
    [InlineData("doctor --data svhn --offline", 1, "descent data get svhn")]
    public void What_cannot_be_is_said_in_one_line(string words, int exitCode, string message)
    {
        Result result = Run(words);
        Assert.Contains(message, result.Error);
        Assert.Matches("^descent: [^\n]+\n$", result.Error);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_run_is_evaluated_offline_only_where_its_data_is()
    {
        IdxSet.Write(At("sets/mnist"), "none");
        Assert.Equal(0, Run("train --data mnist --data-dir sets --offline --model mlp:hidden=4 --epochs 1 --out run").ExitCode);
        Assert.Equal(0, Run("evaluate --run run --offline").ExitCode);
        Directory.Move(At("sets"), At("away"));
        foreach (string verb in (string[])["evaluate", "predict 1"])
        {
            Result missed = Run($"{verb} --run run --offline");
            Assert.Equal(1, missed.ExitCode);
            Assert.Contains("descent data get mnist", missed.Error);
        }
    }

    [Fact]
    public void A_set_is_fetched_from_a_classrooms_mirror_and_checked()
    {
        string sets = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/data"));
        Assert.SkipUnless(File.Exists(Path.Combine(sets, "mnist", "train-images-idx3-ubyte.gz")), $"{sets} is absent.");
        using HttpListener server = Serve(sets, out string address);
        Result got = Run($"data get mnist --data-dir here --mirror {address} --json");
        Assert.Equal((0, ""), (got.ExitCode, got.ExitCode == 0 ? "" : got.Error));
        Assert.Contains("fetching train-images-idx3-ubyte.gz (9.9 MB) from 127.0.0.1", got.Error);
        Assert.Equal("here/mnist", got.Last.GetProperty("path").GetString());
        Result check = Run("data check mnist --data-dir here --json");
        Assert.Equal((0, 4), (check.ExitCode, check.Lines.Count(line => line.GetProperty("state").GetString() == "right")));
        File.AppendAllText(At("here/mnist/train-labels-idx1-ubyte.gz"), "x");
        check = Run("data check mnist --data-dir here");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("DAMAGED  here/mnist/train-labels-idx1-ubyte.gz: delete it, then descent data get mnist", check.Output.Replace(Folder + "/", ""));
    }

    /// <summary>A server of the files of a folder.</summary>
    private static HttpListener Serve(string folder, out string address)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        var server = new HttpListener();
        server.Prefixes.Add(address);
        server.Start();
        _ = Task.Run(async () =>
        {
            while (server.IsListening)
            {
                HttpListenerContext context = await server.GetContextAsync();
                string path = Path.Combine(folder, context.Request.Url!.AbsolutePath.TrimStart('/'));
                context.Response.StatusCode = File.Exists(path) ? 200 : 404;
                byte[] content = File.Exists(path) ? File.ReadAllBytes(path) : [];
                context.Response.ContentLength64 = content.Length;
                context.Response.OutputStream.Write(content);
                context.Response.Close();
            }
        });
        return server;
    }
}
