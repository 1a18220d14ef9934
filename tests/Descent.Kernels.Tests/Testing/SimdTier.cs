using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Kernels.Tests;

/// <summary>The instruction sets that kernels choose between.</summary>
public enum SimdTier
{
    Software,
    Vector128,
    Vector256,
    Vector512,
}

/// <summary>
/// Runs tests on smaller instruction sets than the machine's. Mark a test class whose code depends on the set with
/// <c>[Trait(SimdTiers.Trait, SimdTiers.All)]</c>: it then also runs in one child process per lower tier.
/// </summary>
internal static class SimdTiers
{
    public const string Trait = "Simd";
    public const string All = "all tiers";

    /// <summary>Set in child processes only: the tier that the child has to find itself on.</summary>
    private const string ExpectedTier = "DESCENT_TEST_SIMD_TIER";

    public static SimdTier Current =>
        Vector512.IsHardwareAccelerated ? SimdTier.Vector512
        : Vector256.IsHardwareAccelerated ? SimdTier.Vector256
        : Vector128.IsHardwareAccelerated ? SimdTier.Vector128
        : SimdTier.Software;

    /// <summary>The tier that a parent process asked for; null when this process is not a child.</summary>
    public static SimdTier? Expected =>
        Environment.GetEnvironmentVariable(ExpectedTier) is { } name ? Enum.Parse<SimdTier>(name) : null;

    /// <summary>A number of random samples that takes the same time everywhere: without hardware vectors a fiftieth.</summary>
    public static int Samples(int count) => Current == SimdTier.Software ? count / 50 : count;

    /// <summary>Runs all marked tests of this executable on <paramref name="tier"/>; returns exit code and output.</summary>
    public static (int ExitCode, string Output) RunMarkedTests(SimdTier tier)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "--filter-trait", $"{Trait}={All}", "--no-ansi", "--no-progress" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[ExpectedTier] = tier.ToString();
        start.Environment[Switch(tier)] = "0";
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd() + errors.Result;
        child.WaitForExit();
        return (child.ExitCode, output);
    }

    /// <summary>Each switch turns off its set and everything above it.</summary>
    private static string Switch(SimdTier tier) => tier switch
    {
        SimdTier.Vector256 => "DOTNET_EnableAVX512",
        SimdTier.Vector128 => "DOTNET_EnableAVX2",
        SimdTier.Software => "DOTNET_EnableHWIntrinsic",
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "Only lower tiers need a child process."),
    };
}

/// <summary>Starts the children, and in each child checks that the switch worked.</summary>
public sealed class SimdTierTests
{
    [Theory]
    [InlineData(SimdTier.Vector256)]
    [InlineData(SimdTier.Vector128)]
    [InlineData(SimdTier.Software)]
    public void Marked_tests_pass_on_lower_tiers(SimdTier tier)
    {
        Assert.SkipWhen(SimdTiers.Current <= tier, $"This process runs on {SimdTiers.Current}, which is not above {tier}.");
        (int exitCode, string output) = SimdTiers.RunMarkedTests(tier);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    [Trait(SimdTiers.Trait, SimdTiers.All)]
    public void The_process_runs_on_the_tier_it_was_started_for()
    {
        Assert.Equal(SimdTiers.Expected ?? SimdTiers.Current, SimdTiers.Current);
        Assert.Equal(SimdTiers.Current == SimdTier.Vector512, Avx512F.IsSupported);
    }
}
