// A network of one's own is a class with typed properties. Nothing is registered: Visit is written at build time, names, counts, saving
// and optimizers follow from it, and a layer that Visit cannot see does not build.
using Descent;

var rng = new Rng(seed: 1);
var (points, labels) = Spirals(count: 400, rng);
var model = new ResidualMlp(width: 32, blocks: 3, rng);
Console.WriteLine(model.Summary());

var optimizer = new AdamW(model.Parameters(), learningRate: 1e-2);
var step = Device.Default.Compile((x, y) => optimizer.Step(Loss.CrossEntropy(model.Forward(x), y).Backward()));
for (int i = 0; i < 300; i++)
{
    Tensor loss = step.Run(points, labels);
    if (i % 100 == 99)
    {
        Console.WriteLine($"step {i + 1}: loss {loss.Item():F4}");
    }
}
Console.WriteLine($"accuracy {Metrics.Accuracy(model.Eval().Forward(points), labels).Item():P1}");

// Two arms that wind around each other; a straight line cannot part them.
static (Tensor Points, Tensor Labels) Spirals(int count, Rng rng)
{
    float[] noise = rng.Normal(new(count, 2), standardDeviation: 0.02).ToArray<float>();
    var points = new float[2 * count];
    var labels = new long[count];
    for (int i = 0; i < count; i++)
    {
        labels[i] = i % 2;
        double t = (double)i / count, angle = (3 * Math.PI * t) + (Math.PI * labels[i]);
        points[2 * i] = (float)(t * Math.Cos(angle)) + noise[2 * i];
        points[(2 * i) + 1] = (float)(t * Math.Sin(angle)) + noise[(2 * i) + 1];
    }
    return (Tensor.From(points, new(count, 2)), Tensor.From(labels, new(count)));
}

/// <summary>Residual block: <c>y = x + W₂·relu(W₁·x)</c>.</summary>
sealed partial class Block(int width, Rng rng) : Module
{
    public Linear Expand { get; } = new(width, 2 * width, rng);

    public Linear Project { get; } = new(2 * width, width, rng);

    public Tensor Forward(Tensor x) => x + Project.Forward(Expand.Forward(x).Relu());
}

sealed partial class ResidualMlp(int width, int blocks, Rng rng) : Module
{
    public Linear Stem { get; } = new(2, width, rng);

    public Block[] Blocks { get; } = [.. Enumerable.Range(0, blocks).Select(_ => new Block(width, rng))];

    public Linear Head { get; } = new(width, 2, rng);

    public Tensor Forward(Tensor x)
    {
        x = Stem.Forward(x);
        foreach (Block block in Blocks)
        {
            x = block.Forward(x);
        }
        return Head.Forward(x);
    }
}
