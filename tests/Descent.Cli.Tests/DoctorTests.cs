using System.Text.Json;

namespace Descent.Cli.Tests;

public sealed class DoctorTests : Cli
{
    [Fact]
    public void A_healthy_training_is_said_to_be_one()
    {
        Result result = Run("doctor --model mlp:hidden=16 --json");
        Assert.Equal(0, result.ExitCode);
        Assert.All(result.Lines, line => Assert.True(line.GetProperty("verdict").GetString() == "ok", line.ToString()));
        JsonElement rate = result.Lines.Single(line => line.GetProperty("check").GetString() == "learning-rate");
        Assert.InRange(rate.GetProperty("curve").GetArrayLength(), 20, 120);
        Assert.InRange(rate.GetProperty("number").GetDouble(), 1e-5, 1);
    }

    [Fact]
    public void A_rate_that_is_too_large_fails_and_stops_a_training()
    {
        Result doctor = Run("doctor --model mlp:hidden=16 --optimizer momentum --learning-rate 500");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("FAIL  learning-rate", doctor.Output);
        Assert.Contains("try --learning-rate", doctor.Output);

        Result train = Run("train --model mlp:hidden=16 --optimizer momentum --learning-rate 30 --schedule constant --epochs 3 --out big");
        Assert.Equal(0, train.ExitCode);
        Assert.Contains("warning: At step", train.Error);
        Assert.Contains("the weights from before are kept", train.Error);
        Assert.Contains("\"check\":\"diverged\"", File.ReadAllText(At("big/metrics.jsonl")));
    }

    [Fact]
    public void Quick_checks_take_no_step()
    {
        Result result = Run("doctor --quick --model softmax-regression");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("ok    initial-loss", result.Output);
        Assert.DoesNotContain("overfit", result.Output);
        Assert.Equal(2, Run("doctor --epoch 3").ExitCode);
    }

    [Fact]
    public void Evaluate_prints_a_table_and_every_number_as_json()
    {
        Assert.Equal(0, Run("train --model mlp:hidden=16 --epochs 1 --out run").ExitCode);
        Result table = Run("evaluate --run run");
        Assert.Equal(0, table.ExitCode);
        foreach (string word in (string[])["test accuracy", "top-5 accuracy", "calibration error", "precision", "weighted mean", "confused most"])
        {
            Assert.Contains(word, table.Output);
        }

        JsonElement json = Run("evaluate --run run --json").Last;
        Assert.Equal(10, json.GetProperty("classes").GetArrayLength());
        Assert.Equal(10, json.GetProperty("confusion").GetArrayLength());
        Assert.InRange(json.GetProperty("roc_auc_macro").GetDouble(), 0.9, 1);
    }
}
