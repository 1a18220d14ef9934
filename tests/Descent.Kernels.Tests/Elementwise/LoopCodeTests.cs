using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Descent.Kernels.Tests;

/// <summary>Reads the machine code of the loops, as the compiler prints it in a child process.</summary>
public sealed partial class LoopCodeTests
{
    [Fact]
    public void Loop_bodies_hold_no_call_and_keep_vectors_in_registers()
    {
        Assert.SkipUnless(SimdTiers.Current == SimdTier.Vector512, "Narrower sets have too few registers to promise this.");
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList = { "--filter-method", $"*{nameof(LoopTests)}.{nameof(LoopTests.Agrees_with_the_reference_in_double)}" },
                RedirectStandardOutput = true,
            };
            start.Environment["DOTNET_JitDisasm"] = "*Body*:Run";
            start.Environment["DOTNET_JitStdOutFile"] = file;
            using Process child = Process.Start(start)!;
            string output = child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.True(child.ExitCode == 0, output);

            string[] listings = File.ReadAllText(file).Split("; Assembly listing for method ");
            string[] bodies = [.. listings.Where(text => text.Contains("Body", StringComparison.Ordinal))];
            Assert.True(bodies.Length >= LoopCase.All.Count, $"{bodies.Length} loop bodies for {LoopCase.All.Count} loops.");
            string[] faults = [.. bodies.Where(body => CallOrSpill().IsMatch(body)).Select(body => body.Split('\n')[0])];
            Assert.True(faults.Length == 0, string.Join('\n', faults));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"^\s+call\s|zmmword ptr \[r[sb]p", RegexOptions.Multiline)]
    private static partial Regex CallOrSpill();
}
