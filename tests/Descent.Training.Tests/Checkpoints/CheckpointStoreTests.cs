namespace Descent.Training.Tests.Checkpoints;

/// <summary>What the store keeps, and what it finds again.</summary>
public sealed class CheckpointStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("descent-checkpoints-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_last_ones_and_the_best_are_kept()
    {
        string folder = Path.Combine(_folder, "new", "checkpoints");
        using var store = CheckpointStore.Open(folder, keep: 2);
        Assert.Null(store.Latest(NoDamage));
        Assert.Null(store.Best(NoDamage));
        foreach ((long step, bool isBest) in ((long, bool)[])[(10, true), (20, false), (30, true), (40, false), (50, false), (60, false)])
        {
            Sample.Write(store, step, isBest);
            Assert.Equal(step, Sample.StepOf(store.Latest(NoDamage)));
        }

        Assert.Equal(["lock", "step-00000030", "step-00000050", "step-00000060"], Names(folder));
        Assert.Equal(30, Sample.StepOf(store.Best(NoDamage)));
        Assert.Equal(
            ["manifest.json", "model.safetensors", "optimizer.safetensors", "state.json"], Names(Path.Combine(folder, "step-00000060")));
    }

    [Fact]
    public void A_step_that_is_reached_again_replaces_the_first()
    {
        using var store = CheckpointStore.Open(_folder, keep: 1);
        Sample.Write(store, 10);
        Sample.Write(store, 10, isBest: true);
        Assert.Equal(["lock", "step-00000010.1"], Names(_folder));
        Assert.True(store.Latest(NoDamage)!.IsBest);
        Sample.Write(store, 10);
        Assert.Equal(["lock", "step-00000010.1", "step-00000010.2"], Names(_folder));
    }

    [Fact]
    public void What_was_damaged_or_lies_in_a_future_that_was_left_is_removed_by_the_next_checkpoint()
    {
        using (var store = CheckpointStore.Open(_folder, keep: 2))
        {
            Array.ForEach<long>([10, 20, 30], step => Sample.Write(store, step));
        }

        Damage(30);
        using (var store = CheckpointStore.Open(_folder, keep: 2))
        {
            Assert.Equal(20, Sample.StepOf(store.Latest(_ => { })));
            Sample.Write(store, 25);
            Assert.Equal(["lock", "step-00000020", "step-00000025"], Names(_folder));
        }
    }

    [Fact]
    public void A_damaged_one_is_named_and_the_one_before_is_taken()
    {
        using var store = CheckpointStore.Open(_folder, keep: 2);
        Sample.Write(store, 10);
        Sample.Write(store, 20);
        Damage(20);
        var damages = new List<CheckpointException>();
        Assert.Equal(10, Sample.StepOf(store.Latest(damages.Add)));
        string file = Path.Combine(_folder, "step-00000020", "model.safetensors");
        Assert.Equal(file, Assert.Single(damages).Path);
        Assert.Equal($"{file}: its SHA-256 is not the one in manifest.json.", damages[0].Message);
        Damage(10);
        Assert.Contains("No checkpoint in", Assert.Throws<CheckpointException>(() => store.Latest(_ => { })).Message);
    }

    [Theory]
    [InlineData("state.json")]
    [InlineData("manifest.json")]
    public void A_missing_file_is_damage_too(string name)
    {
        using var store = CheckpointStore.Open(_folder, keep: 2);
        Sample.Write(store, 10);
        Sample.Write(store, 20);
        File.Delete(Path.Combine(_folder, "step-00000020", name));
        var damages = new List<CheckpointException>();
        Assert.Equal(10, Sample.StepOf(store.Latest(damages.Add)));
        Assert.EndsWith(name, Assert.Single(damages).Path);
    }

    [Fact]
    public void A_newer_format_is_refused_and_not_taken_for_damage()
    {
        using var store = CheckpointStore.Open(_folder);
        Sample.Write(store, 10);
        string manifest = Path.Combine(_folder, "step-00000010", "manifest.json");
        string text = File.ReadAllText(manifest).Replace("\"format_version\": 1", "\"format_version\": 2");
        string body = text[..text.LastIndexOf(",\n  \"sha256\"", StringComparison.Ordinal)];
        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body));
        File.WriteAllText(manifest, $"{body},\n  \"sha256\": \"{Convert.ToHexStringLower(hash)}\"\n}}\n");
        Assert.Contains("format_version 2", Assert.Throws<InvalidDataException>(() => store.Latest(NoDamage)).Message);
    }

    [Fact]
    public void Two_processes_do_not_write_into_one_store()
    {
        using (var store = CheckpointStore.Open(_folder))
        {
            IOException refused = Assert.Throws<IOException>(() => CheckpointStore.Open(_folder));
            Assert.Contains("another process trains this run", refused.Message);
        }

        CheckpointStore.Open(_folder).Dispose();
    }

    private void Damage(long step)
    {
        string file = Path.Combine(_folder, $"step-{step:D8}", "model.safetensors");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(file, bytes);
    }

    private static void NoDamage(CheckpointException damage) => Assert.Fail(damage.Message);

    private static IEnumerable<string?> Names(string folder) => Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order();
}
