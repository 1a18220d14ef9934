using System.Diagnostics;
using System.Text.Json;

namespace Descent.Cli.Tests;

public sealed class TrainTests : Cli
{
    private const string Quick = "train --model mlp:hidden=16 --epochs 1 --json";

    [Fact]
    public void A_run_is_trained_recorded_evaluated_and_predicted_with()
    {
        Result trained = Run(Quick + " --optimizer sgd --learning-rate 0.1 --batch 50 --seed 7");
        Assert.Equal((0, 2), (trained.ExitCode, trained.Lines.Length));
        Assert.Equal(1, trained.Lines[0].GetProperty("epoch").GetInt32());
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.7, 1);
        Assert.Equal(12_730, trained.Last.GetProperty("parameters").GetInt64());
        Assert.True(trained.Last.GetProperty("train_seconds").GetDouble() > 0);
        Assert.True(trained.Last.GetProperty("images_per_second").GetDouble() > 0);

        string run = At(trained.Last.GetProperty("run").GetString()!);
        Assert.Equal(["metrics.jsonl", "model.safetensors", "run.json"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")));
        Assert.Equal("finished", record.RootElement.GetProperty("status").GetString());
        Assert.Equal("mlp:hidden=16", record.RootElement.GetProperty("model").GetString());
        Assert.Equal(7UL, record.RootElement.GetProperty("seed").GetUInt64());
        Assert.Equal(File.ReadAllText(Path.Combine(run, "metrics.jsonl")).TrimEnd(), trained.Output.Split('\n')[0]);

        Result evaluated = Run("evaluate --json");
        Assert.Contains("digits-mlp-001", evaluated.Error);
        foreach (string name in (string[])["test_accuracy", "weights_sha256"])
        {
            Assert.Equal(trained.Last.GetProperty(name).ToString(), evaluated.Last.GetProperty(name).ToString());
        }

        Result predicted = Run($"predict 0 5-7 --run {run}/model.safetensors --data digits --json");
        Assert.Equal([0, 5, 6, 7], predicted.Lines.Select(line => line.GetProperty("index").GetInt32()));
        Assert.Equal(["0", "5", "6", "7"], predicted.Lines.Select(line => line.GetProperty("label").GetString()));
        Assert.All(predicted.Lines, line => Assert.InRange(line.GetProperty("probability").GetDouble(), 0.1, 1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_for_any_threads_and_in_eager_mode_and_another_seed_others()
    {
        string first = Hash(Quick + " --threads 1");
        Assert.Equal(first, Hash(Quick + " --threads 2"));
        Assert.Equal(first, Hash(Quick + " --threads 3 --eager"));
        Assert.NotEqual(first, Hash(Quick + " --seed 2"));
    }

    [Fact]
    public void A_finished_run_is_replaced_only_when_asked()
    {
        Assert.Equal(0, Run(Quick + " --out here").ExitCode);
        string before = File.ReadAllText(At("here/run.json"));
        Result refused = Run(Quick + " --out here");
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches("^descent: here already holds a run \\(finished\\); .*--overwrite\\.\n$", refused.Error);
        Assert.Equal(before, File.ReadAllText(At("here/run.json")));
        Assert.Equal(0, Run(Quick + " --out here --overwrite --seed 2").ExitCode);
        Assert.NotEqual(before, File.ReadAllText(At("here/run.json")));
        Assert.Single(File.ReadAllLines(At("here/metrics.jsonl")));
    }

    [Fact]
    public void An_interrupted_run_exits_with_130_and_leaves_weights_that_can_be_used()
    {
        using Process process = Start("train --model mlp:hidden=16 --epochs 10000 --out here");
        string? line;
        do
        {
            line = process.StandardError.ReadLine();
        }
        while (line is not null && !line.StartsWith("epoch 1", StringComparison.Ordinal));

        using (Process kill = Process.Start("kill", ["-INT", process.Id.ToString()]))
        {
            kill.WaitForExit();
        }

        process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("\"interrupted\"", File.ReadAllText(At("here/run.json")));
        Assert.Equal(0, Run("evaluate --run here").ExitCode);
    }

    [Fact]
    public void A_loss_that_is_not_finite_fails_with_one_line_that_names_the_place()
    {
        Result result = Run(Quick + " --optimizer sgd --learning-rate 1e30 --out here");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^descent: epoch 1, step [0-9]+: .*layers\\.", result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Contains("\"failed\"", File.ReadAllText(At("here/run.json")));
    }

    private string Hash(string words) => Run(words).Last.GetProperty("weights_sha256").GetString()!;
}
