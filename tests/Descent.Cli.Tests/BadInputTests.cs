namespace Descent.Cli.Tests;

/// <summary>What is wrong is told in one line, with the exit code, and leaves nothing behind.</summary>
public sealed class BadInputTests : Cli
{
    [Theory]
    [InlineData("", "A verb is missing: train, doctor, evaluate, predict, report, sample, data, models, devices.")]
    [InlineData("trian", "Unknown verb 'trian'; did you mean 'train'?")]
    [InlineData("train --modell lenet5", "Unknown option '--modell'; did you mean '--model'?")]
    [InlineData("train --epoch=3", "Unknown option '--epoch'; did you mean '--epochs'?")]
    [InlineData("train lenet5", "Unexpected argument 'lenet5'")]
    [InlineData("train --model lenet", "Unknown model 'lenet'; did you mean 'lenet5'?")]
    [InlineData("train --model mlp:hiden=3", "did you mean 'hidden'?")]
    [InlineData("train --data digit", "did you mean 'digits'?")]
    [InlineData("train --data idx", "needs the folder")]
    [InlineData("train --data digits:here", "leave out ':here'")]
    [InlineData("train --data text", "needs a file")]
    [InlineData("train --data masks", "needs the folder")]
    [InlineData("train --data shapes:here", "leave out ':here'")]
    [InlineData("train --data shapes", "try --model fcn")]
    [InlineData("train --model char-lstm", "'char-lstm' is made for the characters of a text, but this data has 10 classes; try --model")]
    [InlineData("sample --temperature 0", "--temperature takes a number above 0")]
    [InlineData("train --optimizer adm", "Unknown optimizer 'adm'; did you mean 'adam'?")]
    [InlineData("train --batch 0", "--batch takes a whole number from 1")]
    [InlineData("train --batch", "--batch")]
    [InlineData("train --size 32", "--size, --fit and --skip-bad are for images in files, folder:PATH, and 'digits' are none")]
    [InlineData("train --data mnist --skip-bad 1", "--size, --fit and --skip-bad are for images in files")]
    [InlineData("train --fit stretch", "--size, --fit and --skip-bad are for images in files")]
    [InlineData("doctor --folds 3", "'doctor' examines one: leave them out")]
    [InlineData("train --epochs two", "--epochs takes a whole number from 1")]
    [InlineData("train --epochs 1 --epochs 2", "--epochs")]
    [InlineData("train --threads 0", "--threads takes a whole number from 1")]
    [InlineData("train --seed 1.5", "--seed takes a whole number")]
    [InlineData("train --learning-rate 0", "--learning-rate takes a number above 0")]
    [InlineData("train --learning-rate nan", "--learning-rate takes a number above 0")]
    [InlineData("train --schedule cosin", "Unknown schedule 'cosin'; did you mean 'cosine'?")]
    [InlineData("train --loss mse", "The loss 'mse' does not measure classes of images")]
    [InlineData("train --average em", "Unknown average 'em'; did you mean 'ema'?")]
    [InlineData("train --sweep k=1,3", "add --folds")]
    [InlineData("train --folds 3 --sweep ks=1,3", "neither a setting nor an option of lenet5 or adam is named 'ks'")]
    [InlineData("train --folds 3 --out here", "leave out --out")]
    [InlineData("train --class-weights 1,2", "There are 2 class weights, but the data needs 10")]
    [InlineData("train --data shapes --model fcn --test-flip", "--test-flip is for classes of whole images, not for classes of pixels")]
    [InlineData("train --model linear-svm --test-flip", "--test-flip is for classes of whole images, not for a network whose loss is its own")]
    [InlineData("train --replace fc.*", "--weights, which is not given")]
    [InlineData("train --freeze nothing.*", "No name matches 'nothing.*'; names begin with conv1, conv2, fc1, fc2, fc3.")]
    [InlineData("train --freeze *", "--freeze * leaves nothing to train")]
    [InlineData("train --freeze conv1.*,", "must not be empty")]
    [InlineData("predict", "INPUT")]
    [InlineData("models resnet", "Unknown model 'resnet'")]
    public void Wrong_usage_exits_with_2(string words, string message) => Check(Run(words), 2, message);

    [Theory]
    [InlineData("train --config nowhere.yaml", "There is no configuration nowhere.yaml")]
    [InlineData("train --data mnist", "The data set mnist is in none of")]
    [InlineData("train --data idx:nowhere", "nowhere")]
    [InlineData("train --weights nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("train --data text:nowhere.txt --model char-lstm", "There is no text nowhere.txt")]
    [InlineData("train --data masks:nowhere --model fcn", "nowhere/train/images")]
    [InlineData("sample", "There is no run under runs/")]
    [InlineData("evaluate", "There is no run under runs/")]
    [InlineData("evaluate --run nowhere", "nowhere holds no run")]
    [InlineData("predict 1 --run nowhere", "nowhere holds no run")]
    public void What_is_not_there_exits_with_1(string words, string message) => Check(Run(words), 1, message);

    [Fact]
    public void A_configuration_that_says_what_cannot_be_exits_with_2()
    {
        File.WriteAllText(At("c.yaml"), "model: mlp\nepoch: 3\n");
        Check(Run("train --config c.yaml"), 2, "c.yaml, line 2: unknown setting 'epoch'; did you mean 'epochs'?", leaves: ["c.yaml"]);
    }

    [Theory]
    [InlineData("truncated", "byte")]
    [InlineData("magic", "byte")]
    [InlineData("label", "class")]
    [InlineData("count", "labels")]
    public void A_damaged_data_set_exits_with_1_and_names_the_file(string damage, string message)
    {
        IdxSet.Write(At("set"), damage);
        Result result = Run("train --data idx:set");
        Check(result, 1, message, leaves: ["set"]);
        Assert.Contains("-ubyte", result.Error);
    }

    [Fact]
    public void A_whole_data_set_of_a_size_that_the_network_cannot_take_exits_with_2()
    {
        IdxSet.Write(At("set"), "none", side: 14);
        Check(Run("train --data idx:set"), 2, "'lenet5' takes images of (1, 28, 28), but these are (1, 14, 14)", leaves: ["set"]);
        Check(Run("train --data idx:set --model vit-cifar"), 2, "multiples of 4, but these are (1, 14, 14)", leaves: ["set"]);
        foreach (string model in (string[])["mlp:hidden=4", "resnet20", "vgg-small-bn", "vit-cifar:patch=7,width=12,depth=1,hidden=24"])
        {
            Assert.Equal(0, Run($"train --data idx:set --model {model} --epochs 1").ExitCode);
        }
    }

    [Theory]
    [InlineData("file", "is a file")]
    [InlineData("file/run", "cannot be made")]
    [InlineData("set", "holds no run")]
    public void An_out_folder_that_cannot_be_used_exits_with_1(string path, string message)
    {
        File.WriteAllText(At("file"), "kept");
        IdxSet.Write(At("set"), "none");
        Check(Run($"train --data idx:set --out {path}"), 1, message, leaves: ["file", "set"]);
        Assert.Equal("kept", File.ReadAllText(At("file")));
    }

    [Fact]
    public void A_network_that_does_not_fit_or_is_damaged_is_refused()
    {
        IdxSet.Write(At("set"), "none", side: 14);
        Assert.Equal(0, Run("train --data idx:set --model mlp:hidden=4 --epochs 1 --out here").ExitCode);
        Check(Run("evaluate --run here --data digits"), 2, "images of (1, 14, 14), but these are (1, 28, 28)", leaves: ["here", "set"]);
        Check(Run("predict 20 --run here"), 2, "INPUT takes a whole number from 0 to 19, not '20'", leaves: ["here", "set"]);
        Check(Run("predict 3-1 --run here"), 2, "rising range", leaves: ["here", "set"]);
        Check(Run("evaluate --run here/model.safetensors"), 2, "add --data", leaves: ["here", "set"]);
        byte[] model = File.ReadAllBytes(At("here/model.safetensors"));
        File.WriteAllBytes(At("here/model.safetensors"), model[..^3]);
        Check(Run("evaluate --run here"), 1, "here/model.safetensors, byte", leaves: ["here", "set"]);
        File.WriteAllText(At("here/run.json"), "{}");
        Check(Run("evaluate --run here"), 1, "here/run.json", leaves: ["here", "set"]);
    }

    [Fact]
    public void Help_names_every_option_and_succeeds()
    {
        Result help = Run("train --help");
        Assert.Equal(0, help.ExitCode);
        string[] options =
        [
            "--data", "--data-dir", "--model", "--weights", "--replace", "--freeze", "--epochs", "--batch", "--learning-rate", "--optimizer", "--seed", "--threads", "--out",
            "--overwrite", "--eager", "--json", "--resume", "--checkpoint-every", "--config",
        ];
        Assert.All(options, option => Assert.Contains(option, help.Output));
        Assert.Contains("lenet5", Run("models").Output);
        Assert.Equal("cpu", Run("devices --json").Last.GetProperty("name").GetString());
    }

    private void Check(Result result, int exitCode, string message, params string[] leaves)
    {
        Assert.Contains(message, result.Error);
        Assert.Matches("^descent: [^\n]+\n$", result.Error);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Equal(leaves, Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order());
    }
}
