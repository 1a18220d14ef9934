namespace Descent.Tests;

/// <summary>Networks that go on from others: frozen parts, new heads, averages.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_new_head_is_trained_on_a_frozen_network()
    {
        var trained = new ResNet(18, new Rng(1), classes: 6, width: 0.125);
        trained.Save(At("trained.safetensors"));
        var net = new ResNet(18, new Rng(2), classes: 3, width: 0.125);
        float[] head = Values(net.Fc.Weight);
        net.Load(At("trained.safetensors"), except: "fc.*");
        net.Freeze("conv1.*,bn1.*,layer*");
        Assert.Equal(Values(trained.Layer4.State()["1.conv2.weight"]), Values(net.Layer4.State()["1.conv2.weight"]));
        Assert.Equal(head, Values(net.Fc.Weight));

        Parameter[] free = [.. net.Parameters().Where(p => !p.IsFrozen)];
        Assert.Equal(["fc.weight", "fc.bias"], free.Select(p => p.Name));
        Tensor images = NetworkReference.Noise(new(3, 3, 33, 33), 0), labels = Tensor.From<int>([0, 1, 2], new(3));
        new Sgd(free, 0.1).Step(Loss.CrossEntropy(net.Eval().Forward(images), labels).Backward());
        Assert.Equal(Values(trained.Conv1.Weight), Values(net.Conv1.Weight));
        Assert.NotEqual(head, Values(net.Fc.Weight));
    }

    [Fact]
    public void Names_that_are_nowhere_and_heads_that_do_not_fit_are_refused()
    {
        new Linear(3, 2, new Rng(1)).Save(At("a.safetensors"));
        var net = new Linear(3, 4, new Rng(1));
        Assert.Contains("No name matches 'head.*'", Assert.Throws<ArgumentException>(() => net.Load(At("a.safetensors"), except: "head.*")).Message);
        Assert.Contains("bias", Assert.Throws<InvalidDataException>(() => net.Load(At("a.safetensors"), except: "weight")).Message);
        Assert.Contains("No name matches 'b'", Assert.Throws<ArgumentException>(() => net.Freeze("weight,b")).Message);
        Assert.Throws<ArgumentException>(() => new NamePattern("a,,b"));
        Assert.True(new NamePattern("layer*.conv1.weight").Matches("layer3.0.conv1.weight"));
        Assert.False(new NamePattern("layer*.conv1").Matches("layer3.0.conv1.weight"));
        Assert.False(new NamePattern("fc.weight").Matches("fcXweight"));
    }

    [Fact]
    public void The_mean_of_checkpoints_is_that_of_each_number()
    {
        var net = new Sequential(new Linear(2, 1, new Rng(1), bias: false), new BatchNorm1d(1));
        float[][] weights = [[1, 2], [3, -2], [5, 3]];
        foreach ((float[] w, int i) in weights.Select((w, i) => (w, i)))
        {
            ((Linear)net.Layers[0]).Weight.Write<float>(w);
            net.Save(At($"{i}.safetensors"));
        }

        net.LoadMean([At("0.safetensors"), At("1.safetensors"), At("2.safetensors")]);
        Assert.Equal([3f, 1f], ((Linear)net.Layers[0]).Weight.ToArray<float>());
        new Linear(2, 1, new Rng(1)).Save(At("other.safetensors"));
        Assert.Throws<InvalidDataException>(() => net.LoadMean([At("0.safetensors"), At("other.safetensors")]));
        Assert.Equal([3f, 1f], ((Linear)net.Layers[0]).Weight.ToArray<float>());
        Assert.Throws<ArgumentException>(() => net.LoadMean([]));
    }

    [Fact]
    public void An_ensemble_averages_probabilities()
    {
        Layer[] members = [.. Enumerable.Range(1, 3).Select(seed => new LeNet5(new Rng((ulong)seed)))];
        Tensor images = NetworkReference.Noise(new(2, 1, 28, 28), 0);
        float[] mean = new float[20];
        foreach (Layer member in members)
        {
            float[] part = member.Forward(images).Softmax().ToArray<float>();
            mean = [.. mean.Zip(part, (sum, p) => sum + (p / 3))];
        }

        var ensemble = new Ensemble(members);
        Reference.Equal([.. mean.Select(p => (double)p)], ensemble.Forward(images).Softmax(), 1e-6);
        Assert.Contains("members.2.fc3.bias", ensemble.State().Keys);
        Assert.Throws<ArgumentException>(() => new Ensemble());
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static float[] Values(Cell cell) => cell.ToArray<float>();
}
