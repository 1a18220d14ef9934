using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Descent.Cli.Tests;

/// <summary>Whatever ends a training, <c>--resume</c> ends it as if nothing had.</summary>
public sealed partial class ResumeTests : Cli
{
    /// <summary>Sixty steps in six epochs, with a checkpoint after every third.</summary>
    private const string Training = "train --data idx:set --model mlp:hidden=8 --batch 10 --epochs 6 --checkpoint-every 3 --threads 1 --json --out";

    private static readonly bool s_slow = Environment.GetEnvironmentVariable("DESCENT_SLOW") == "1";

    private static readonly Lock s_gate = new();
    private static (string? Hash, string Metrics) s_whole;

    public ResumeTests() => IdxSet.Write(At("set"), side: 8, count: 105);

    [Fact]
    public void Killed_at_random_moments_a_run_loses_nothing()
    {
        int moments = s_slow ? 1000 : 20, killed = 0, runs = 0, begun = 0;
        (string hash, string metrics) = Uninterrupted();
        var random = new Random(7);
        for (; killed < moments; runs++)
        {
            Directory.CreateDirectory(At("killed"));
            Result? last = null;
            for (int life = 0; last is null; life++)
            {
                // Five lives at most, so that the last one may end by itself.
                string words = File.Exists(At("killed/run.json")) ? "train --json --resume killed" : $"{Training} killed";
                if (life == 5 || killed == moments)
                {
                    last = Run(words);
                    break;
                }

                using Process process = Start(words);
                if (random.Next(5) > 0)
                {
                    // Most of a short life is the start of the program; four in five are to end behind it.
                    SpinWait.SpinUntil(() => process.HasExited || File.Exists(At("killed/run.json")), TimeSpan.FromSeconds(20));
                }

                Thread.Sleep(random.Next(400));
                bool ended = process.HasExited;
                process.Kill();
                process.WaitForExit();
                (killed, begun) = ended ? (killed, begun) : (killed + 1, begun + (Directory.Exists(At("killed/checkpoints")) ? 1 : 0));
                last = ended ? new(process.ExitCode, process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd()) : null;
            }

            Assert.True(last.ExitCode == 0, last.Error);
            Assert.Equal(hash, last.Last.GetProperty("weights_sha256").GetString());
            Assert.Equal(metrics, Metrics("killed"));
            Assert.DoesNotContain("damaged", last.Error);
            Assert.DoesNotContain(Directory.GetFileSystemEntries(At("killed"), "*", SearchOption.AllDirectories), IsUnfinished);
            Directory.Delete(At("killed"), recursive: true);
        }

        Console.WriteLine($"counted: {killed} times killed, {begun} of them with checkpoints begun, {runs} runs ended with the same weights");
    }

    [Fact]
    public void Killed_within_an_epoch_of_an_archive_of_photographs_a_network_with_statistics_loses_nothing()
    {
        WriteArchive();
        const string Words = "train --data folder:set.tar.gz --model resnet20 --augment crop:1,flip --batch 4 --epochs 6 --checkpoint-every 2 --json --out";
        Result whole = Run($"{Words} whole");
        Assert.True(whole.ExitCode == 0, whole.Error);
        using (Process process = Start($"{Words} killed"))
        {
            // Nine steps make an epoch, which ends with a checkpoint of its own.
            Assert.True(SpinWait.SpinUntil(() => Directory.Exists(At("killed/checkpoints/step-00000002")) || process.HasExited, TimeSpan.FromMinutes(2)));
            process.Kill();
            process.WaitForExit();
        }

        Assert.False(File.Exists(At("killed/model.safetensors")));
        Result resumed = Run("train --json --resume killed");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(Hash("whole"), Hash("killed"));
        Assert.Equal(Metrics("whole"), Metrics("killed"));
    }

    [Theory]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    public void Stopped_by_a_signal_a_run_says_how_to_go_on_and_does(int signal)
    {
        int times = s_slow ? 50 : 10;

        // Long enough that most signals come before the end.
        string training = Training.Replace("--epochs 6", "--epochs 60", StringComparison.Ordinal);
        Assert.Equal(0, Run($"{training} whole").ExitCode);
        (string hash, string metrics) = (Hash("whole"), Metrics("whole"));
        var random = new Random(3);
        for (int stops = 0; stops < times;)
        {
            Result result = Stop($"{training} stopped", random.Next(100), signal);
            for (; result.ExitCode == 130 && stops < times; stops++)
            {
                Assert.Contains("Go on with: descent train --resume stopped", result.Error);
                Assert.Contains("\"interrupted\"", File.ReadAllText(At("stopped/run.json")));
                result = Stop("train --json --resume stopped", random.Next(100), signal);
            }

            result = result.ExitCode == 130 ? Run("train --json --resume stopped") : result;
            Assert.True(result.ExitCode == 0, result.Error);
            Assert.Equal(hash, result.Last.GetProperty("weights_sha256").GetString());
            Assert.Equal(metrics, Metrics("stopped"));
            Directory.Delete(At("stopped"), recursive: true);
        }

        Console.WriteLine($"counted: {times} times stopped by signal {signal}, all of which went on to the same weights");
    }

    [Fact]
    public void A_second_signal_ends_it_at_once_and_loses_nothing()
    {
        (string hash, string metrics) = Uninterrupted();
        Assert.NotEqual(0, Interrupt("stopped", 0, Signal.Interrupt, Signal.Interrupt).ExitCode);
        Result resumed = Run("train --json --resume stopped");
        Assert.Equal((0, hash), (resumed.ExitCode, resumed.Last.GetProperty("weights_sha256").GetString()));
        Assert.Equal(metrics, Metrics("stopped"));
    }

    [Fact]
    public void The_latest_run_that_is_not_finished_goes_on_and_is_named()
    {
        Assert.Contains("There is no run under runs/ that is not finished", Run("train --resume").Error);
        Assert.Equal(130, Interrupt("runs/first", 0, Signal.Interrupt).ExitCode);
        Assert.Equal(0, Run($"{Training} runs/second").ExitCode);
        Result resumed = Run("train --resume");
        Assert.Equal(0, resumed.ExitCode);
        Assert.StartsWith("run runs/first (interrupted)\n", resumed.Error);
        Assert.Matches(@"goes on from step [0-9]+ \(runs/first/checkpoints/step-[0-9]+\)\n", resumed.Error);

        Result again = Run("train --json --resume runs/first");
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(Hash("runs/first"), again.Last.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void Options_that_would_change_the_end_are_refused_by_name()
    {
        Assert.Equal(130, Interrupt("here", 0, Signal.Interrupt).ExitCode);
        string before = File.ReadAllText(At("here/run.json"));
        Refused("--epochs 7", "--epochs 7 differs from 6 in here/run.json");
        Refused("--seed 2", "--seed 2 differs from 1");
        Refused("--weights x.safetensors", "--weights x.safetensors differs from what is not set");
        Refused("--out there", "--out begins a run");
        Refused("--overwrite", "--overwrite begins a run");
        Assert.Equal(before, File.ReadAllText(At("here/run.json")));
        Assert.Equal(0, Run("train --resume here --epochs 6 --threads 2 --checkpoint-every 1h --eager --json --data-dir x").ExitCode);
        Assert.Equal(1, Run("train --resume nowhere").ExitCode);

        void Refused(string option, string message)
        {
            Result result = Run($"train --resume here {option}");
            Assert.Equal(2, result.ExitCode);
            Assert.Contains(message, result.Error);
        }
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_is_used()
    {
        (string hash, string metrics) = Uninterrupted();
        Assert.Equal(130, Interrupt("here", 0, Signal.Interrupt).ExitCode);
        string newest = Directory.GetDirectories(At("here/checkpoints"), "step-*").Order().Last();
        string model = Path.Combine(newest, "model.safetensors");
        byte[] bytes = File.ReadAllBytes(model);
        bytes[^1] ^= 0x40;
        File.WriteAllBytes(model, bytes);
        Result resumed = Run("train --json --resume here");
        Assert.Equal((0, hash), (resumed.ExitCode, resumed.Last.GetProperty("weights_sha256").GetString()));
        Assert.Equal(metrics, Metrics("here"));
        Assert.Contains($"{Path.GetRelativePath(Folder, model)}: its SHA-256 is not the one in manifest.json", resumed.Error);
    }

    [Fact]
    public void Two_programs_do_not_train_one_run()
    {
        using Process process = Start($"{Training} here".Replace("--epochs 6", "--epochs 100000", StringComparison.Ordinal));
        WaitForEpoch(process);
        foreach (string words in (string[])["train --resume here", $"{Training} here --overwrite"])
        {
            Result refused = Run(words);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("another process trains this run", refused.Error);
        }

        process.Kill();
        process.WaitForExit();
    }

    [Fact]
    public void A_full_disk_is_told_and_the_run_goes_on_when_there_is_room()
    {
        (string hash, _) = Uninterrupted();

        // Room for the record, the metrics and two checkpoints, of pages of 4 KiB; the third does not fit.
        Directory.CreateDirectory(At("small"));
        using Process mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", At("small")]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        Assert.SkipUnless(mount.ExitCode == 0, "Only the system's administrator can mount a small disk here; a disk in memory that is full stands in for it.");
        try
        {
            Result full = Run($"{Training} small/run");
            Assert.Equal(1, full.ExitCode);
            Assert.Matches(@"descent: small/run/[^\n]* cannot be (written|made|flushed to the disk): No space left on device[^\n]*\n$", full.Error);
            Assert.Contains("go on with: descent train --resume small/run", full.Error);
            using Process remount = Process.Start("mount", ["-o", "remount,size=1m", At("small")]);
            remount.WaitForExit();
            Result resumed = Run("train --json --resume small/run");
            Assert.Equal((0, hash), (resumed.ExitCode, resumed.Last.GetProperty("weights_sha256").GetString()));
            Assert.DoesNotContain(Directory.GetFileSystemEntries(At("small"), "*", SearchOption.AllDirectories), IsUnfinished);
        }
        finally
        {
            using Process unmount = Process.Start("umount", [At("small")]);
            unmount.WaitForExit();
        }
    }

    /// <summary>Noise of two brightnesses as JPEG files, <c>set.tar.gz</c>: 38 images to train on, 10 to test.</summary>
    private void WriteArchive()
    {
        var random = new Random(5);
        byte[] pixels = new byte[16 * 16 * 3];
        for (int i = 0; i < 48; i++)
        {
            string folder = At($"photographs/{(i < 38 ? "train" : "test")}/{(i % 2 == 0 ? "dark" : "bright")}");
            Directory.CreateDirectory(folder);
            for (int at = 0; at < pixels.Length; at++)
            {
                pixels[at] = (byte)(random.Next(128) + (i % 2 * 100));
            }

            new Image(16, 16, 3, pixels).SaveJpeg(Path.Combine(folder, $"{i}.jpg"));
        }

        using var zip = new GZipStream(File.Create(At("set.tar.gz")), CompressionLevel.Fastest);
        System.Formats.Tar.TarFile.CreateFromDirectory(At("photographs"), zip, includeBaseDirectory: false);
    }

    private static bool IsUnfinished(string path) => Path.GetFileName(path).EndsWith(".partial", StringComparison.Ordinal);

    /// <summary>What the training ends with, which is computed once for all tests.</summary>
    private (string Hash, string Metrics) Uninterrupted()
    {
        lock (s_gate)
        {
            if (s_whole.Hash is null)
            {
                Result result = Run($"{Training} whole");
                Assert.True(result.ExitCode == 0, result.Error);
                s_whole = (Hash("whole"), Metrics("whole"));
            }

            return (s_whole.Hash, s_whole.Metrics);
        }
    }

    /// <summary>Stops a run by signals behind its first epoch; where it was over before they came, another one.</summary>
    private Result Interrupt(string run, int milliseconds, params int[] signals)
    {
        Result result = Stop($"{Training} {run}", milliseconds, signals);
        for (int more = 20; result.ExitCode == 0 && more > 0; more--)
        {
            Directory.Delete(At(run), recursive: true);
            result = Stop($"{Training} {run}", milliseconds, signals);
        }

        return result;
    }

    /// <summary>Sends signals some time after the first epoch that is told.</summary>
    private Result Stop(string words, int milliseconds, params int[] signals)
    {
        using Process process = Start(words);
        string before = WaitForEpoch(process);
        Thread.Sleep(milliseconds);
        Array.ForEach(signals, signal => Signal.Send(process, signal));
        string error = before + process.StandardError.ReadToEnd(), output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error);
    }

    private static string WaitForEpoch(Process process)
    {
        string said = "";
        while (process.StandardError.ReadLine() is { } line)
        {
            said += line + "\n";
            if (line.StartsWith("epoch ", StringComparison.Ordinal))
            {
                break;
            }
        }

        return said;
    }

    private string Hash(string run)
    {
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(At($"{run}/run.json")));
        Assert.Equal("finished", record.RootElement.GetProperty("status").GetString());
        return record.RootElement.GetProperty("result").GetProperty("weights_sha256").GetString()!;
    }

    /// <summary>All that is measured but time.</summary>
    private string Metrics(string run) => Seconds().Replace(File.ReadAllText(At($"{run}/metrics.jsonl")), "");

    [GeneratedRegex("\"seconds\":[0-9.e-]+")]
    private static partial Regex Seconds();
}
