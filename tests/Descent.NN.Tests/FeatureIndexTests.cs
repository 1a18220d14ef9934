namespace Descent.Tests;

public class FeatureIndexTests
{
    [Fact]
    public void Neighbours_are_those_of_the_features()
    {
        (IDataset train, IDataset test) = Digits.Load(new Rng(1));
        IDataset data = new Subset(train, Enumerable.Range(0, 40)), queries = new Subset(test, [3, 1]);
        var model = new LeNet5(new Rng(1));
        Assert.Throws<InvalidOperationException>(() => new FeatureIndex(model, data));
        model.Eval();

        (Tensor neighbors, Tensor distances) = new FeatureIndex(model, data, batchSize: 7).Find(queries, k: 3);
        float[][] known = FeaturesOf(model, data), asked = FeaturesOf(model, queries);
        for (int q = 0; q < asked.Length; q++)
        {
            double[] all = [.. known.Select(f => Math.Sqrt(f.Zip(asked[q], (a, b) => ((double)a - b) * ((double)a - b)).Sum()))];
            int[] nearest = [.. Enumerable.Range(0, all.Length).OrderBy(i => all[i]).Take(3)];
            Assert.Equal(nearest, neighbors.ToArray<long>().Skip(q * 3).Take(3).Select(at => (int)at));
            Assert.Equal(nearest.Select(i => all[i]), distances.ToArray<double>().Skip(q * 3).Take(3), (a, b) => Math.Abs(a - b) < 1e-6);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureIndex(model, data).Find(queries, k: 41));
        Assert.Contains("Sequential", Assert.Throws<ArgumentException>(() => new FeatureIndex(new Sequential().Eval(), data)).Message);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => new FeatureIndex(model, new Subset(train, []))).Message);
    }

    private static float[][] FeaturesOf(LeNet5 model, IDataset data)
    {
        var features = new List<float>();
        foreach ((Tensor images, Tensor _) in data.InOrder(40))
        {
            features.AddRange(model.ForwardFeatures(images).ToArray<float>());
        }

        return [.. features.Chunk(84)];
    }
}
