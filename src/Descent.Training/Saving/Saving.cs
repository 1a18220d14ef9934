using System.Globalization;

namespace Descent;

/// <summary>Saves modules and optimizers as safetensors, and loads them.</summary>
public static class Saving
{
    private const string StepCount = "step_count", LearningRate = "learning_rate";

    /// <summary>
    /// Writes all parameters and buffers under their state names, as PyTorch names them; the file appears whole or not at all.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(this Module module, string path, IEnumerable<KeyValuePair<string, string>>? metadata = null) =>
        StateFile.Write(path, module.State(), metadata);

    /// <summary>
    /// Reads all parameters and buffers and returns the file's metadata. PyTorch's counters <c>num_batches_tracked</c> are passed over.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read or is damaged.</exception>
    /// <exception cref="InvalidDataException">It was saved from a network of other names or shapes; nothing was written.</exception>
    public static IReadOnlyDictionary<string, string> Load(this Module module, string path) =>
        StateFile.Read(path, module.State(), IsBeside);

    /// <summary>
    /// Reads all parameters and buffers but those of these names, which keep their values, whether the file holds them or not: a new head on a
    /// trained network, for instance.
    /// </summary>
    /// <returns>The file's metadata.</returns>
    /// <exception cref="ArgumentException">A pattern names nothing of the network.</exception>
    /// <inheritdoc cref="Load(Module, string)" path="/exception"/>
    public static IReadOnlyDictionary<string, string> Load(this Module module, string path, NamePattern except)
    {
        IReadOnlyDictionary<string, Cell> state = module.State();
        except.MustName(state.Keys);
        var read = state.Where(cell => !except.Matches(cell.Key)).ToDictionary();
        return StateFile.Read(path, read, name => IsBeside(name) || except.Matches(name));
    }

    /// <summary>
    /// Reads the mean of several checkpoints of one network, element by element: the average of the last ones often does better than each.
    /// </summary>
    /// <remarks>Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM J. Control and Optimization 1992.</remarks>
    /// <exception cref="ArgumentException">There is no path.</exception>
    /// <inheritdoc cref="Load(Module, string)" path="/exception"/>
    public static void LoadMean(this Module module, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            throw new ArgumentException("LoadMean: there is no checkpoint to average.", nameof(paths));
        }

        StateFile.ReadMean(paths, module.State(), IsBeside);
    }

    /// <summary>
    /// Writes the optimizer's state, step count and learning rate, so that <see cref="Load(Optimizer, string)"/> continues exactly.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(this Optimizer optimizer, string path) => LocalFileSystem.Instance.Replace(path, optimizer.Encode());

    /// <summary>The bytes of such a file.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Encode(this Optimizer optimizer) => StateFile.Encode(
        optimizer.State(),
        [
            KeyValuePair.Create(StepCount, optimizer.StepCount.ToString(CultureInfo.InvariantCulture)),
            KeyValuePair.Create(LearningRate, optimizer.LearningRate.ToString("R", CultureInfo.InvariantCulture)),
        ]);

    /// <summary>Continues where the optimizer that was saved stood, its learning rate included.</summary>
    /// <exception cref="IOException">The file cannot be read or is damaged.</exception>
    /// <exception cref="InvalidDataException">It was saved from another kind of optimizer or another network; nothing was
    /// changed.</exception>
    public static void Load(this Optimizer optimizer, string path)
    {
        using FileStream file = File.OpenRead(path);
        optimizer.Load(file, path);
    }

    /// <inheritdoc cref="Load(Optimizer, string)"/>
    internal static void Load(this Optimizer optimizer, Stream file, string path)
    {
        IReadOnlyDictionary<string, string> metadata = Safetensors.ReadMetadata(file, path);
        if (!long.TryParse(metadata.GetValueOrDefault(StepCount), NumberStyles.None, CultureInfo.InvariantCulture, out long steps)
            || !double.TryParse(metadata.GetValueOrDefault(LearningRate), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate))
        {
            throw new InvalidDataException($"{path}: it has no step count and learning rate, so it is not the state of an optimizer.");
        }

        file.Position = 0;
        StateFile.Read(file, path, optimizer.State(), _ => false);
        optimizer.Resume(steps);
        optimizer.LearningRate = rate;
    }

    /// <summary>What a file may hold beside the network's state: PyTorch's counters, and the preprocessing.</summary>
    private static bool IsBeside(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal) || Preprocessing.Names(name);
}
