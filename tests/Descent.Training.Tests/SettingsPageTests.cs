namespace Descent.Training.Tests;

/// <summary>The reference page is what the declarations say.</summary>
public sealed class SettingsPageTests
{
    private const string Marker = "<!-- what follows is written from the declarations -->\n";

    [Fact]
    public void The_page_says_what_the_declarations_say()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Descent.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        string path = Path.Combine(root!, "docs", "settings.md"), page = File.ReadAllText(path);
        string expected = page[..(page.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)] + "\n" + SettingsPage.Of(TrainingSettings.Schema);
        if (Environment.GetEnvironmentVariable("DESCENT_ACCEPT_SETTINGS") == "1")
        {
            File.WriteAllText(path, expected);
            return;
        }

        Assert.Equal(expected, page);
    }

    [Fact]
    public void Every_setting_has_a_name_of_its_own_in_small_letters_and_reads_its_default_back()
    {
        Assert.Equal(TrainingSettings.Schema.All.Count, TrainingSettings.Schema.All.Select(setting => setting.Name).Distinct().Count());
        foreach (Setting setting in TrainingSettings.Schema.All)
        {
            Assert.Matches("^[a-z]+(-[a-z0-9]+)*$", setting.Name);
            if (setting.DefaultValue is { } value)
            {
                string text = setting.Write(value);
                Assert.Equal(text, setting.Write(setting.Read(text, setting.Name)!));
            }
        }
    }
}
