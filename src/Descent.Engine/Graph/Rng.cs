using System.Runtime.InteropServices;
using System.Text;
using Descent.Kernels;

namespace Descent;

/// <summary>
/// Explicit randomness: a stream of draws whose values depend on seed, stream name, step and element alone, never on threads or on what
/// other streams do. There is no global seed.
/// </summary>
/// <remarks>Philox4x32-10, counter-based. Each tensor and each host-side draw takes one step of its stream's counter.</remarks>
public sealed class Rng
{
    private readonly Dictionary<string, Rng> _streams;
    private readonly ulong _key;
    private ulong _counter;

    /// <summary>The root stream of a seed.</summary>
    /// <param name="seed">Equal seeds give equal values.</param>
    /// <param name="device">Where random tensors live; the CPU where none is given.</param>
    public Rng(ulong seed, Device? device = null)
        : this(seed, "", device ?? Device.Default, [])
    {
    }

    private Rng(ulong seed, string name, Device device, Dictionary<string, Rng> streams)
    {
        (Seed, Name, Device, _streams) = (seed, name, device, streams);
        _key = KeyOf(seed, name);
        streams.Add(name, this);
    }

    /// <summary>The seed of this stream and of all its relatives.</summary>
    public ulong Seed { get; }

    /// <summary>The path from the root, such as <c>train/shuffle</c>; empty for the root.</summary>
    public string Name { get; }

    /// <summary>Where random tensors live.</summary>
    public Device Device { get; }

    /// <summary>The counters of this stream and of all streams below it: writing back what was read resumes exactly.</summary>
    /// <exception cref="ArgumentException">The state belongs to another seed, or names a stream that is not below this one.</exception>
    public RngState State
    {
        get
        {
            lock (_streams)
            {
                var counters = _streams.Where(s => Holds(s.Key)).ToDictionary(s => s.Key, s => Volatile.Read(ref s.Value._counter));
                return new RngState(Seed, counters);
            }
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Seed != Seed || value.Counters.Keys.FirstOrDefault(name => !Holds(name)) is not null)
            {
                throw new ArgumentException(
                    $"rng: a state of seed {value.Seed} with streams ({string.Join(", ", value.Counters.Keys)}) does not belong to stream "
                    + $"'{Name}' of seed {Seed}.");
            }

            lock (_streams)
            {
                // A stream that the state does not know had not been drawn from.
                foreach (Rng stream in _streams.Values.Where(s => Holds(s.Name)))
                {
                    Volatile.Write(ref stream._counter, value.Counters.GetValueOrDefault(stream.Name));
                }

                foreach ((string name, ulong counter) in value.Counters)
                {
                    Volatile.Write(ref At(name)._counter, counter);
                }
            }
        }
    }

    /// <summary>The independent stream of that name below this one; asking again gives the same stream, which goes on.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Rng Stream(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_streams)
        {
            return At(Name.Length == 0 ? name : $"{Name}/{name}");
        }
    }

    /// <summary>A tensor of numbers drawn uniformly from [low, high); rounding may reach high.</summary>
    /// <remarks>
    /// The draw is fixed when the node is built: computing it twice gives the same values. A compiled step draws anew in each replay.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="low"/> is above <paramref name="high"/>.</exception>
    public Tensor Uniform(Shape shape, double low = 0, double high = 1, DType type = DType.F32)
    {
        if (!(low <= high))
        {
            throw new ArgumentException($"uniform: the lower limit {low} is not at most the upper limit {high}.");
        }

        Tensor u = Draw(new RandomUniform(shape, type));
        return (low, high) is (0, 1) ? u : (u * (high - low)) + low;
    }

    /// <summary>A tensor of numbers drawn from a normal distribution.</summary>
    /// <inheritdoc cref="Uniform"/>
    /// <exception cref="ArgumentOutOfRangeException">The standard deviation is negative.</exception>
    public Tensor Normal(Shape shape, double mean = 0, double standardDeviation = 1, DType type = DType.F32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(standardDeviation);
        Tensor z = Draw(new RandomNormal(shape, type));
        return (mean, standardDeviation) is (0, 1) ? z : (z * standardDeviation) + mean;
    }

    /// <summary>A bool tensor, each element true with the given probability: the mask of a dropout.</summary>
    /// <inheritdoc cref="Uniform"/>
    /// <exception cref="ArgumentOutOfRangeException">The probability does not lie in [0, 1].</exception>
    public Tensor Bernoulli(Shape shape, double probability) => probability is >= 0 and <= 1
        ? Draw(new RandomUniform(shape, DType.F32)) < probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "bernoulli: a probability lies in [0, 1].");

    /// <summary>The numbers 0 … n − 1 in random order, drawn now on the host.</summary>
    /// <remarks>Fisher and Yates; every order is equally likely.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">n is negative.</exception>
    public int[] Permutation(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return Permutation(n, NextStep());
    }

    /// <summary>The order that a draw stands for.</summary>
    internal static int[] Permutation(int n, RandomStep step)
    {
        int[] order = new int[n];
        var words = new WordReader(step);
        for (int i = 0; i < n; i++)
        {
            int j = words.Below(i + 1);
            (order[i], order[j]) = (order[j], i);
        }

        return order;
    }

    /// <summary>A number drawn uniformly from [0, 1), now on the host.</summary>
    public double NextDouble()
    {
        RandomWords words = Philox4x32.Words(NextStep(), 0);
        return ((((ulong)words.W0 << 32) | words.W1) >> 11) * (1.0 / (1ul << 53));
    }

    /// <summary>An integer drawn uniformly from [0, bound), now on the host.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return new WordReader(NextStep()).Below(bound);
    }

    /// <inheritdoc/>
    public override string ToString() => $"rng {Seed}{(Name.Length > 0 ? $" stream {Name}" : "")} at step {_counter}";

    /// <summary>How many draws this stream has made; writing back what was read repeats those that came after.</summary>
    internal ulong Draws
    {
        get => Volatile.Read(ref _counter);
        set => Volatile.Write(ref _counter, value);
    }

    /// <summary>One draw of this stream, which takes no step.</summary>
    internal RandomStep StepAt(ulong draw) => new(_key, draw);

    /// <summary>Takes one step of the counter.</summary>
    internal RandomStep NextStep() => new(_key, Interlocked.Increment(ref _counter) - 1);

    private Tensor Draw(Op op) => Tensor.Apply(op, Tensor.Of(new RandomCounter(this), RandomCounter.Type, Device));

    private bool Holds(string name) => Name.Length == 0 || name == Name || name.StartsWith(Name + "/", StringComparison.Ordinal);

    private Rng At(string path) => _streams.TryGetValue(path, out Rng? stream) ? stream : new Rng(Seed, path, Device, _streams);

    /// <summary>FNV-1a over seed and name, then the finaliser of SplitMix64, so that near seeds give far keys.</summary>
    private static ulong KeyOf(ulong seed, string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in MemoryMarshal.AsBytes([seed]))
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }

    /// <summary>Reads the words of one step one after the other.</summary>
    private struct WordReader(RandomStep step)
    {
        private ulong _next;
        private RandomWords _words;

        /// <summary>An integer from [0, bound) without bias. Lemire, "Fast random integer generation in an interval", 2019.</summary>
        public int Below(int bound)
        {
            uint reject = (uint)-bound % (uint)bound;
            ulong product;
            do
            {
                product = (ulong)Word() * (uint)bound;
            }
            while ((uint)product < reject);
            return (int)(product >> 32);
        }

        private uint Word()
        {
            int word = (int)(_next % 4);
            if (word == 0)
            {
                _words = Philox4x32.Words(step, _next / 4);
            }

            _next++;
            return _words[word];
        }
    }
}

/// <summary>Where the streams of a seed stand: enough to go on exactly.</summary>
/// <param name="Seed">The seed that the streams were made of.</param>
/// <param name="Counters">For each stream by its name the number of draws it has made.</param>
public sealed record RngState(ulong Seed, IReadOnlyDictionary<string, ulong> Counters);
