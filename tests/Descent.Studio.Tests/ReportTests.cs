using Microsoft.Playwright;

namespace Descent.Studio.Tests;

/// <summary>The page of a run that the built program trained and reported.</summary>
public sealed class ReportTests(Browser browser) : Cli.Tests.Cli, IClassFixture<Browser>
{
    [Fact]
    public async Task A_trained_run_ends_with_a_page_that_shows_it()
    {
        Result trained = Run("train --model lenet5 --epochs 2 --seed 3 --out kept");
        Assert.Equal(0, trained.ExitCode);
        Assert.Contains("report kept/report.html", trained.Error);
        string file = At("kept/report.html");
        Assert.InRange(new FileInfo(file).Length, 100_000, 2_000_000);
        byte[] first = File.ReadAllBytes(file);
        Result again = Run("report --run kept --json");
        Assert.Equal(0, again.ExitCode);
        Assert.Equal("kept/report.html", again.Last.GetProperty("report").GetString());
        Assert.Equal(first, File.ReadAllBytes(file));

        OpenPage opened = await browser.Open(file, width: 1280);
        string[] sections = await opened.Sections();
        Assert.Subset(
            new HashSet<string>(sections), new HashSet<string> { "curves", "confusion", "classes", "gallery", "filters", "model", "configuration" });
        Assert.Equal("kept · Descent", await opened.Page.TitleAsync());
        Assert.Equal(10, await opened.Page.Locator("#classes tbody tr").CountAsync());
        Assert.Equal(6, await opened.Page.Locator("#filters img").CountAsync());
        Assert.Contains("descent train --config kept/run.json", await opened.Page.Locator("#configuration").InnerTextAsync());
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task A_linear_model_shows_its_templates()
    {
        Assert.Equal(0, Run("train --model softmax-regression --epochs 1 --out linear").ExitCode);
        OpenPage opened = await browser.Open(At("linear/report.html"), width: 1280);
        string[] sections = await opened.Sections();
        Assert.Contains("templates", sections);
        Assert.DoesNotContain("filters", sections);
        Assert.Equal(10, await opened.Page.Locator("#templates img").CountAsync());
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task Names_cannot_become_markup()
    {
        const string Name = "x</script><script>document.title='owned';<";
        Assert.Equal(0, Run($"train --model mlp:hidden=4 --epochs 1 --out {Name}").ExitCode);
        string file = Path.Combine(Folder, Name, "report.html");
        Assert.DoesNotContain("<script>document.title='owned'", File.ReadAllText(file));
        OpenPage opened = await browser.Open(file, width: 390);
        Assert.Equal(Name, await opened.Page.Locator(".run").InnerTextAsync());
        Assert.Equal($"{Name} · Descent", await opened.Page.TitleAsync());
    }

    [Fact]
    public void A_run_whose_data_is_gone_is_reported_without_its_test_set()
    {
        Assert.Equal(0, Run("train --model mlp:hidden=4 --epochs 1 --out gone").ExitCode);
        string record = At("gone/run.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"digits\"", "\"idx:/nowhere\""));
        Result reported = Run("report --run gone --out gone.html --json");
        Assert.Equal(0, reported.ExitCode);
        Assert.Contains("/nowhere", reported.Error);
        string[] sections = [.. reported.Last.GetProperty("sections").EnumerateArray().Select(section => section.GetString()!)];
        Assert.Contains("curves", sections);
        Assert.DoesNotContain("confusion", sections);
        Assert.True(File.Exists(At("gone.html")));
    }

    [Fact]
    public void What_is_no_run_is_refused()
    {
        Result nothing = Run("report");
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("There is no run under runs/", nothing.Error);
        File.WriteAllText(At("file"), "");
        Result file = Run("report --run file");
        Assert.Equal(2, file.ExitCode);
        Assert.Contains("takes a run's folder", file.Error);
    }
}
