using System.Security.Cryptography;
using System.Text;

namespace Descent.Tests;

public sealed class SavingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_network_loads_bit_for_bit_with_its_metadata()
    {
        var (saved, loaded) = (Net(1), Net(2));
        saved.Save(At("a.safetensors"), [KeyValuePair.Create("note", "schön")]);
        Assert.NotEqual(WeightsHash.Of(saved), WeightsHash.Of(loaded));
        Assert.Equal("schön", loaded.Load(At("a.safetensors"))["note"]);
        Assert.Equal(WeightsHash.Of(saved), WeightsHash.Of(loaded));
        Assert.Equal(
            ["0.bias", "0.weight", "1.bias", "1.running_mean", "1.running_var", "1.weight"],
            Safetensors.Read(At("a.safetensors")).Tensors.Keys.Order());
    }

    [Fact]
    public void The_hash_is_the_one_that_its_documentation_describes()
    {
        var linear = new Linear(2, 1, new Rng(1));
        linear.Weight.Write<float>([1, -2]);
        linear.Bias!.Write<float>([0.5f]);
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes("bias f32 1\n"), 0, 0, 0, 0x3F,
            .. Encoding.UTF8.GetBytes("weight f32 1,2\n"), 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
        ];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), WeightsHash.Of(linear));
    }

    [Fact]
    public void Files_of_another_network_are_refused_and_change_nothing()
    {
        Sequential net = Net(1);
        string before = WeightsHash.Of(net);
        new Linear(4, 2, new Rng(1)).Save(At("other.safetensors"));
        Assert.Contains("there is no 0.weight", Refusal(net, "other.safetensors"));
        new Sequential(new Linear(4, 2, new Rng(3)), new BatchNorm1d(2), new Linear(2, 2, new Rng(3))).Save(At("larger.safetensors"));
        Assert.Contains("2.weight", Refusal(net, "larger.safetensors"));
        new Sequential(new Linear(4, 3, new Rng(3)), new BatchNorm1d(3)).Save(At("wider.safetensors"));
        Assert.Contains("F32 (3, 4), but the network needs F32 (2, 4)", Refusal(net, "wider.safetensors"));
        Assert.Equal(before, WeightsHash.Of(net));
    }

    [Fact]
    public void A_counter_that_only_PyTorch_keeps_is_passed_over()
    {
        Sequential net = Net(1);
        net.Save(At("a.safetensors"));
        Safetensors file = Safetensors.Read(At("a.safetensors"));
        var counter = KeyValuePair.Create("1.num_batches_tracked", SafetensorsTensor.Of<long>([], [7]));
        Safetensors.Write(At("b.safetensors"), [.. file.Tensors, counter]);
        Net(2).Load(At("b.safetensors"));
    }

    [Fact]
    public void A_classifier_is_rebuilt_from_its_file_alone()
    {
        var rng = new Rng(1);
        (ImageDataset train, ImageDataset test) = Digits.Load(rng, 40, 20);
        Architecture architecture = Architecture.Parse("mlp:hidden=12-9");
        Layer model = architecture.Build(train.ImageShape, 10, rng).Eval();
        var saved = new Classifier(model, architecture, train.ImageShape, train.ClassNames, train.Preprocessing);
        saved.Save(At("c.safetensors"));
        Classifier loaded = Classifier.Load(At("c.safetensors"));
        Assert.Equal("mlp:hidden=12-9", loaded.Architecture.ToString());
        Assert.Equal(train.ClassNames, loaded.ClassNames);
        Assert.Equal(train.Preprocessing, loaded.Preprocessing);
        Assert.Equal(WeightsHash.Of(saved.Model), WeightsHash.Of(loaded.Model));
        Assert.Equal(Numbers(Prediction.Of(saved, test)), Numbers(Prediction.Of(loaded, test)));
        Assert.Equal(Numbers(Prediction.Of(saved, test)).Skip(3).Take(2), Numbers(Prediction.Of(loaded, test, [3, 4])));

        static IEnumerable<(int, float[])> Numbers(IEnumerable<Prediction> predictions) =>
            predictions.Select(prediction => (prediction.Class, prediction.Probabilities.ToArray()));
    }

    [Fact]
    public void Weights_without_a_description_are_refused()
    {
        Net(1).Save(At("a.safetensors"));
        Assert.Contains("architecture", Assert.Throws<InvalidDataException>(() => Classifier.Load(At("a.safetensors"))).Message);
    }

    private string Refusal(Module module, string file) => Assert.Throws<InvalidDataException>(() => module.Load(At(file))).Message;

    private static Sequential Net(ulong seed) => new(new Linear(4, 2, new Rng(seed)), new BatchNorm1d(2));

    private string At(string name) => Path.Combine(_folder, name);
}
