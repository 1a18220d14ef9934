namespace Descent.Training.Tests.Checkpoints;

/// <summary>Checkpoints whose every byte follows from their step, so that one that is read can be compared.</summary>
internal static class Sample
{
    private static readonly string[] s_names = ["model.safetensors", "optimizer.safetensors", "state.json"];

    public static void Write(CheckpointStore store, long step, bool isBest = false) =>
        store.Write(step, isBest, s_names.Select((name, file) => new CheckpointFile(name, Parts(step, file))));

    /// <summary>The step of a checkpoint whose files are all what was written for that step; null for none.</summary>
    public static long? StepOf(Checkpoint? checkpoint)
    {
        for (int file = 0; checkpoint is not null && file < s_names.Length; file++)
        {
            using var bytes = new MemoryStream();
            using (Stream stream = checkpoint.OpenRead(s_names[file]))
            {
                stream.CopyTo(bytes);
            }

            Assert.True(Parts(checkpoint.Step, file).SelectMany(part => part.ToArray()).SequenceEqual(bytes.ToArray()), s_names[file]);
        }

        return checkpoint?.Step;
    }

    private static ReadOnlyMemory<byte>[] Parts(long step, int file)
    {
        var random = new Random(((int)step * 10) + file);
        int[] lengths = file == 2 ? [300] : [200, 1100, 0, 700];
        return [.. lengths.Select(length =>
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            return (ReadOnlyMemory<byte>)bytes;
        })];
    }
}
