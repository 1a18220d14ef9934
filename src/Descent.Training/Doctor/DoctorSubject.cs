namespace Descent;

/// <summary>A training that is examined before it begins: its data, and as many fresh trainers as checks ask for.</summary>
/// <param name="fresh">Makes a trainer with a network of its own, the same one every time.</param>
/// <param name="test">The test set; null where there is none.</param>
public sealed class DoctorSubject(Func<Trainer> fresh, IDataset? test)
{
    /// <summary>Samples of the batch that is looked at: enough for statistics of units, little enough for large networks.</summary>
    private const int MostProbed = 64;

    private Trainer? _first;
    private NetworkStatistics? _statistics;

    /// <summary>A trainer that nobody has run: checks look at it and leave it as it is.</summary>
    public Trainer First => _first ??= fresh();

    /// <summary>What is trained on.</summary>
    public IDataset Training => First.TrainingSet;

    /// <summary>What training does not see, each part with its name.</summary>
    public IEnumerable<(string Name, IDataset Data)> HeldOut
    {
        get
        {
            if (First.ValidationSet is { } validation)
            {
                yield return ("validation", validation);
            }

            if (test is not null)
            {
                yield return ("test", test);
            }
        }
    }

    /// <summary>What the network, before any step, makes of one batch of training samples.</summary>
    public NetworkStatistics Statistics => _statistics ??= NetworkProbe.Measure(First.Model, First.Objective, Sample(MostProbed));

    /// <summary>A trainer to be run.</summary>
    public Trainer Fresh() => fresh();

    /// <summary>Training samples, evenly spread; all where there are no more.</summary>
    public IDataset Sample(int most) => Spread(Training, most);

    internal static IDataset Spread(IDataset data, int most) => data.Count <= most
        ? data
        : new Subset(data, Enumerable.Range(0, most).Select(i => (int)((long)i * data.Count / most)));
}
