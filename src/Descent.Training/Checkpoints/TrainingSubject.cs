using System.Text;
using System.Text.Json;

namespace Descent;

/// <summary>All that a training changes, and so all that a checkpoint holds.</summary>
/// <param name="Model">Weights and buffers.</param>
/// <param name="Optimizer">Its moments, step count and rate.</param>
/// <param name="Rng">The streams that the training draws from, those of the network among them.</param>
/// <param name="Batches">Where the data stands.</param>
/// <param name="Parts">What else remembers something.</param>
internal sealed record TrainingSubject(Module Model, Optimizer Optimizer, Rng Rng, Batches Batches, IReadOnlyList<IResumable> Parts)
{
    private const string ModelFile = "model.safetensors", OptimizerFile = "optimizer.safetensors", StateFileName = "state.json";

    /// <summary>The files of a checkpoint; copies, so that they can be written while the training goes on.</summary>
    /// <param name="metricsLength">Bytes of <c>metrics.jsonl</c> that belong to the steps so far.</param>
    public CheckpointFile[] Save(long metricsLength) =>
    [
        new(ModelFile, StateFile.Encode(Model.State(), null)),
        new(OptimizerFile, Optimizer.Encode()),
        .. Parts.Where(part => part.Cells.Count > 0).Select(part => new CheckpointFile(FileOf(part), StateFile.Encode(part.Cells, null))),
        new(StateFileName, [Encoding.UTF8.GetBytes(StateText(metricsLength))]),
    ];

    /// <summary>Goes on where a checkpoint stood; gives the length of <c>metrics.jsonl</c> at that time.</summary>
    /// <exception cref="InvalidDataException">The checkpoint belongs to another network, optimizer or data.</exception>
    public long Load(Checkpoint checkpoint)
    {
        using (Stream model = checkpoint.OpenRead(ModelFile))
        {
            StateFile.Read(model, checkpoint.PathOf(ModelFile), Model.State(), _ => false);
        }

        using (Stream optimizer = checkpoint.OpenRead(OptimizerFile))
        {
            Optimizer.Load(optimizer, checkpoint.PathOf(OptimizerFile));
        }

        foreach (IResumable part in Parts.Where(part => part.Cells.Count > 0))
        {
            using Stream file = checkpoint.OpenRead(FileOf(part));
            StateFile.Read(file, checkpoint.PathOf(FileOf(part)), part.Cells, _ => false);
        }

        using Stream state = checkpoint.OpenRead(StateFileName);
        return LoadState(state, checkpoint.PathOf(StateFileName));
    }

    private static string FileOf(IResumable part) => $"{part.StateName}.safetensors";

    private string StateText(long metricsLength) => Json.Text(
        json =>
        {
            json.WriteStartObject();
            json.WriteNumber("metrics_bytes", metricsLength);
            json.WriteStartObject("random_streams");
            json.WriteNumber("seed", Rng.State.Seed);
            json.WriteStartObject("draws");
            foreach ((string name, ulong draws) in Rng.State.Counters)
            {
                json.WriteNumber(name, draws);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            LoaderPosition position = Batches.Position;
            json.WriteStartObject("data");
            json.WriteNumber("epoch", position.Epoch);
            json.WriteNumber("batch", position.Batch);
            json.WriteNumber("draw", position.Draw);
            json.WriteEndObject();
            foreach (IResumable part in Parts)
            {
                json.WriteStartObject(part.StateName);
                part.SaveState(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        },
        indented: true);

    private long LoadState(Stream stream, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement state = document.RootElement, streams = state.GetProperty("random_streams"), data = state.GetProperty("data");
            Rng.State = new RngState(
                streams.GetProperty("seed").GetUInt64(),
                streams.GetProperty("draws").EnumerateObject().ToDictionary(draws => draws.Name, draws => draws.Value.GetUInt64()));
            Batches.Resume(new(data.GetProperty("epoch").GetInt32(), data.GetProperty("batch").GetInt32(), data.GetProperty("draw").GetUInt64()));
            foreach (IResumable part in Parts)
            {
                part.LoadState(state.GetProperty(part.StateName));
            }

            return state.GetProperty("metrics_bytes").GetInt64();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: it does not belong to this training: {e.Message}", e);
        }
    }
}
