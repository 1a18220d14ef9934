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
        Assert.Equal(["metrics.jsonl", "model.safetensors", "report.html", "run.json"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")));
        Assert.Equal("finished", record.RootElement.GetProperty("status").GetString());
        JsonElement settings = record.RootElement.GetProperty("settings");
        Assert.Equal("mlp:hidden=16", settings.GetProperty("model").GetString());
        Assert.Equal(7UL, settings.GetProperty("seed").GetUInt64());
        string[] metrics = File.ReadAllLines(Path.Combine(run, "metrics.jsonl"));
        Assert.Equal(trained.Output.Split('\n')[0], metrics.Single(line => !line.Contains("\"kind\"", StringComparison.Ordinal)));
        Assert.Contains("\"kind\":\"statistics\",\"epoch\":1", metrics.Single(line => line.Contains("\"kind\"", StringComparison.Ordinal)));

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

        int[] similar = [.. Run($"predict 3 --similar 5 --run {run} --json").Last.GetProperty("similar").EnumerateArray().Select(at => at.GetInt32())];
        Assert.Equal(5, similar.Distinct().Count());
        Assert.DoesNotContain(3, similar);
    }

    [Fact]
    public void A_trained_network_lends_its_layers_to_another_head()
    {
        Assert.Equal(0, Run(Quick + " --out first").ExitCode);
        Result head = Run(Quick + " --weights first/model.safetensors --replace layers.1.* --freeze * --out second");
        Assert.Equal(0, head.ExitCode);
        Assert.Equal(170, head.Last.GetProperty("parameters").GetInt64());
        Safetensors first = Safetensors.Read(At("first/model.safetensors")), second = Safetensors.Read(At("second/model.safetensors"));
        Assert.Equal(first.Tensors["layers.0.weight"].Bytes, second.Tensors["layers.0.weight"].Bytes);
        Assert.NotEqual(first.Tensors["layers.1.weight"].Bytes, second.Tensors["layers.1.weight"].Bytes);
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(At("second/run.json")));
        Assert.Equal("layers.1.*", record.RootElement.GetProperty("settings").GetProperty("replace").GetString());
        Assert.Equal("*", record.RootElement.GetProperty("settings").GetProperty("freeze").GetString());

        Result wider = Run("train --model mlp:hidden=17 --weights first/model.safetensors");
        Assert.Equal(1, wider.ExitCode);
        Assert.Contains("--replace", wider.Error);

        Result together = Run("evaluate --run first --run second --json");
        Assert.Equal(0, together.ExitCode);
        Assert.InRange(together.Last.GetProperty("test_accuracy").GetDouble(), 0.7, 1);
        Assert.EndsWith("second", together.Last.GetProperty("run").GetString()!);
    }

    [Fact]
    public void A_run_is_repeated_from_its_record_and_options_override_a_file()
    {
        File.WriteAllText(At("c.yaml"), "model: mlp:hidden=16\nepochs: 2\noptimizer: sgd\nlearning-rate: 0.1\nout: first\n");
        Result first = Run("train --config c.yaml --epochs 1 --seed 3 --json");
        Assert.Equal((0, 2), (first.ExitCode, first.Lines.Length));
        Result again = Run("train --config first/run.json --json");
        Assert.Equal(0, again.ExitCode);
        Assert.EndsWith("digits-mlp-001", again.Last.GetProperty("run").GetString());
        Assert.Equal(first.Last.GetProperty("weights_sha256").GetString(), again.Last.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void Numbers_of_neighbours_are_compared_by_folds_and_the_model_is_used_like_any_other()
    {
        Result folds = Run("train --model knn:examples=500 --folds 2 --sweep k=1,9 --json");
        Assert.Equal((0, 6), (folds.ExitCode, folds.Lines.Length));
        Assert.Equal(["1", "9"], folds.Lines[4..].Select(line => line.GetProperty("value").GetString()));
        Assert.All(folds.Lines[4..], line => Assert.InRange(line.GetProperty("accuracy_mean").GetDouble(), 0.5, 1));
        Assert.Contains("k 9: fold 2/2", folds.Error);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));

        Result trained = Run("train --model knn:k=3,examples=1000 --json --out here");
        Assert.Equal(0, trained.ExitCode);
        Assert.Equal(trained.Last.GetProperty("test_accuracy").GetDouble(), Run("evaluate --run here --json").Last.GetProperty("test_accuracy").GetDouble());
        Assert.Equal("4", Run("predict 4 --run here --json").Last.GetProperty("label").GetString());
    }

    [Fact]
    public void A_perceptron_is_not_stopped_though_its_loss_begins_at_0()
    {
        Result trained = Run("train --model perceptron --epochs 1 --json");
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.75, 1);
        Assert.DoesNotContain("The learning rate is too large", trained.Error);
    }

    [Fact]
    public void Mixed_images_are_learned_by_a_loss_that_takes_probabilities()
    {
        Result trained = Run(Quick + " --augment mixup,cutmix --label-smoothing 0.1 --class-weights balanced");
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.7, 1);
        foreach (string words in (string[])["train --model linear-svm --augment mixup:0.2", "train --model mlp --loss squared-hinge --augment cutmix:1"])
        {
            Result refused = Run(words);
            Assert.Equal(2, refused.ExitCode);
            Assert.Matches("The augmentation (mixup:0.2|cutmix:1) makes probabilities of classes, which the loss '(squared-)?hinge' does not take", refused.Error);
        }
    }

    [Fact]
    public void Models_are_listed_with_parameters_and_work()
    {
        Result listed = Run("models --json");
        JsonElement resnet = Array.Find(listed.Lines, line => line.GetProperty("name").GetString() == "resnet50");
        Assert.Equal(25_557_032, resnet.GetProperty("parameters").GetInt64());
        Assert.Equal(8.178, resnet.GetProperty("flops").GetDouble() / 1e9, 3);
        Assert.Equal([3, 224, 224], resnet.GetProperty("input").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Contains("25,557,032 parameters", Run("models").Output);
        Assert.Contains("layer4.2.conv3", Run("models resnet50").Output);
        Assert.Equal("--optimizer sgd:weight-decay=0.0005 --learning-rate 0.1 --schedule one-cycle", resnet.GetProperty("training").GetString());
        Assert.Contains("trained by default: at once", Run("models knn").Output);
        Assert.Equal(
            [512, 2048, 1, 1],
            Run("models resnet50 --json").Last.GetProperty("shapes").GetProperty("layer4.2.conv1.weight").EnumerateArray().Select(s => s.GetInt32()));
    }

    [Fact]
    public void Scenes_are_segmented_and_measured_by_overlap()
    {
        Result trained = Run("train --data shapes --model fcn:width=4 --epochs 1 --json");
        Assert.Equal(0, trained.ExitCode);
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.6, 1);
        Assert.InRange(trained.Lines[0].GetProperty("validation_mean_iou").GetDouble(), 0.1, 1);
        Result evaluated = Run("evaluate --json");
        Assert.Equal(trained.Last.GetProperty("test_mean_iou").GetDouble(), evaluated.Last.GetProperty("test_mean_iou").GetDouble());
        Assert.Contains("no single class to predict", Run("predict 1").Error);
    }

    [Fact]
    public void Scenes_are_segmented_under_changes_that_move_their_pixels()
    {
        const string Train = "train --data shapes --model fcn:width=4 --epochs 1 --json --augment flip,rotate:20,affine,jitter,cutout,cutmix";
        Result trained = Run(Train + " --workers 1");
        Assert.Equal(0, trained.ExitCode);
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.6, 1);
        Assert.Equal(Hash(trained), Hash(Run(Train + " --workers 2 --threads 1 --loss cross-entropy")));

        static string? Hash(Result result) => result.Last.GetProperty("weights_sha256").GetString();
    }

    [Fact]
    public void A_text_is_learned_and_written_on()
    {
        File.WriteAllText(At("song.txt"), string.Concat(Enumerable.Repeat("la la li. ", 300)));
        Assert.Equal(0, Run("train --data text:song.txt --model char-lstm:width=4,hidden=8,layers=1 --epochs 1").ExitCode);
        Result written = Run("sample --begin la --length 20 --temperature 0.5 --json");
        Assert.Equal(22, written.Last.GetProperty("text").GetString()!.Length);
        Assert.StartsWith("la", written.Last.GetProperty("text").GetString());
        Assert.Equal(written.Output, Run("sample --begin la --length 20 --temperature 0.5 --json").Output);
        Result refused = Run("sample --begin Q");
        Assert.Equal((2, "descent: The network knows 5 characters, and 'Q' is none of them; begin with others."),
            (refused.ExitCode, refused.Error.TrimEnd().Split('\n')[^1]));
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
        Assert.Single(File.ReadAllLines(At("here/metrics.jsonl")), line => line.StartsWith("{\"epoch\"", StringComparison.Ordinal));
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

        Signal.Send(process, Signal.Interrupt);
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
