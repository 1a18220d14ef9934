using Microsoft.Playwright;

namespace Descent.Studio.Tests;

/// <summary>The template with data of every section, which are the same on every machine.</summary>
public sealed class TemplateTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    /// <summary>Screenshots are compared in blocks of so many pixels: fonts differ between machines, what stands where does not.</summary>
    private const int Block = 16;

    /// <summary>Of 255, the mean over all blocks: a missing chart or another theme is far above it, another font below.</summary>
    private const double MostDifference = 6;

    private static readonly string[] s_sections =
        ["warnings", "curves", "confusion", "classes", "gallery", "templates", "filters", "activations", "model", "configuration"];

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"descent-report-{Guid.NewGuid():N}.html");

    public static TheoryData<int, string> Windows => new() { { 1280, "light" }, { 1280, "dark" }, { 390, "light" }, { 390, "dark" } };

    public void Dispose() => File.Delete(_file);

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Every_section_is_shown_on_any_screen_in_any_colours(int width, string colours)
    {
        OpenPage opened = await Open(width, colours);
        Assert.Equal(s_sections, await opened.Sections());
        Assert.Equal(0, await opened.Overhang());
        Assert.Empty(opened.Complaints);
        Assert.Equal(0, await opened.Page.Locator("img:not([alt])").CountAsync());
        Assert.True(await opened.Page.Locator("figure.chart svg").CountAsync() >= 6);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task The_page_looks_as_it_did(int width, string colours)
    {
        OpenPage opened = await Open(width, colours);
        byte[] seen = Blocks(Image.Decode(await opened.Page.ScreenshotAsync(new() { FullPage = true }), "screenshot"), out int columns, out int rows);
        string path = Path.Combine(Repository, "tests", "Descent.Studio.Tests", "Screenshots", $"{colours}-{width}.png");
        if (Environment.GetEnvironmentVariable("DESCENT_ACCEPT_SCREENSHOTS") == "1")
        {
            new Image(columns, rows, 1, seen).SavePng(path);
        }

        Image expected = Image.Read(path);
        int common = Math.Min(rows, expected.Height) * columns;
        Assert.Equal(expected.Width, columns);
        Assert.InRange(rows, expected.Height * 0.9, expected.Height * 1.1);
        Assert.InRange(Enumerable.Range(0, common).Average(i => Math.Abs(seen[i] - expected.Pixels[i])), 0, MostDifference);
    }

    [Fact]
    public async Task The_keyboard_reaches_contents_colours_and_sorting()
    {
        OpenPage opened = await Open(1280, "light");
        IPage page = opened.Page;
        await page.Locator("button.theme").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("dark", await page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
        ILocator heading = page.Locator("#classes th button").Nth(3);
        await heading.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await page.Locator("#classes th").Nth(3).GetAttributeAsync("aria-sort"));
        double[] recalls = await page.EvaluateAsync<double[]>(
            "() => [...document.querySelectorAll('#classes tbody tr')].map(row => parseFloat(row.children[3].textContent))");
        Assert.Equal(recalls.OrderDescending(), recalls);
    }

    private static string Repository { get; } = FindRepository();

    private static string FindRepository()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Descent.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }

        return folder;
    }

    private async Task<OpenPage> Open(int width, string colours)
    {
        string template = Path.Combine(Repository, "apps", "Descent.Studio", "dist", "report.html");
        Assert.SkipUnless(File.Exists(template), "Node.js was not there to bundle the template.");
        string data = File.ReadAllText(Path.Combine(Repository, "tests", "Descent.Studio.Tests", "sample.json"));
        File.WriteAllText(_file, File.ReadAllText(template).Replace("\"descent:report-data\"", data));
        return await browser.Open(_file, width, colours == "dark" ? ColorScheme.Dark : ColorScheme.Light);
    }

    private static byte[] Blocks(Image image, out int columns, out int rows)
    {
        (columns, rows) = (image.Width / Block, image.Height / Block);
        byte[] blocks = new byte[columns * rows];
        for (int i = 0; i < blocks.Length; i++)
        {
            int sum = 0;
            for (int p = 0; p < Block * Block; p++)
            {
                int x = ((i % columns) * Block) + (p % Block), y = ((i / columns) * Block) + (p / Block), at = ((y * image.Width) + x) * image.Channels;
                sum += image.Pixels[at] + image.Pixels[at + 1] + image.Pixels[at + 2];
            }

            blocks[i] = (byte)(sum / (3 * Block * Block));
        }

        return blocks;
    }
}
