namespace Descent.Cli.Tests;

/// <summary>Photographs in folders, of different sizes, from training to report.</summary>
public sealed class FolderTests : Cli
{
    [Fact]
    public void A_folder_of_images_is_trained_on_evaluated_predicted_and_reported()
    {
        for (int i = 0; i < 40; i++)
        {
            Save($"set/dark/{i}.png", 20 + i, side: 12 + (i % 3));
            Save($"set/bright/{i}.jpg", 180 + i, side: 12 + (i % 5));
        }

        Result trained = Run("train --data folder:set --model mlp:hidden=8 --size 8 --epochs 30 --json --out run");
        Assert.Equal(0, trained.ExitCode);
        Assert.InRange(trained.Last.GetProperty("test_accuracy").GetDouble(), 0.9, 1);
        Assert.Equal(16, Run("evaluate --run run --json").Last.GetProperty("images").GetInt32());
        Assert.Equal("bright", Run("predict set/bright/7.jpg --run run --json").Last.GetProperty("class").GetString());
        Result report = Run("report --run run --out page.html --json");
        Assert.Equal(0, report.ExitCode);
        Assert.Contains("gallery", report.Last.GetProperty("sections").EnumerateArray().Select(section => section.GetString()));
    }

    [Fact]
    public void Images_that_were_stretched_to_learn_from_them_are_stretched_to_test_and_to_predict()
    {
        // Wide images that differ at their left edge alone, which the middle does not hold.
        const int Height = 8, Width = 24, Edge = 6;
        for (int i = 0; i < 40; i++)
        {
            foreach ((string name, int edge) in new[] { ("dark", 10 + i), ("bright", 200 + i) })
            {
                byte[] pixels = [.. Enumerable.Range(0, Height * Width).Select(at => (byte)(at % Width < Edge ? edge : 80 + (((7 * i) + (13 * at)) % 40)))];
                Directory.CreateDirectory(At($"set/{name}"));
                new Image(Width, Height, 1, pixels).SavePng(At($"set/{name}/{i}.png"));
            }
        }

        const string Words = "train --data folder:set --model mlp:hidden=8 --size 8 --epochs 30 --json --out";
        Assert.InRange(Run($"{Words} covered").Last.GetProperty("test_accuracy").GetDouble(), 0, 0.6);
        Result stretched = Run($"{Words} stretched --fit stretch");
        Assert.InRange(stretched.Last.GetProperty("test_accuracy").GetDouble(), 0.9, 1);
        Assert.Equal(stretched.Last.GetProperty("test_accuracy").GetDouble(), Run("evaluate --run stretched --json").Last.GetProperty("test_accuracy").GetDouble());
        Assert.Equal("bright", Run("predict set/bright/7.png --run stretched --json").Last.GetProperty("class").GetString());
        Assert.Equal("dark", Run("predict set/dark/7.png --run stretched --json").Last.GetProperty("class").GetString());
    }

    [Fact]
    public void A_damaged_image_ends_the_training_by_its_path_or_is_left_out_and_named()
    {
        for (int i = 0; i < 10; i++)
        {
            Save($"set/a/{i}.png", 20, side: 8);
            Save($"set/b/{i}.png", 200, side: 8);
        }

        File.WriteAllText(At("set/a/bad.png"), "");
        Result refused = Run("train --data folder:set --model mlp:hidden=4 --epochs 1");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("set/a/bad.png", refused.Error);
        Result skipped = Run("train --data folder:set --model mlp:hidden=4 --epochs 1 --skip-bad 1");
        Assert.Equal(0, skipped.ExitCode);
        Assert.Contains("Skipped: set/a/bad.png", skipped.Error);
    }

    [Fact]
    public void Validation_images_of_the_folder_leave_no_part_to_choose()
    {
        foreach (string split in (string[])["train", "val", "test"])
        {
            Save($"set/{split}/a/1.png", 20, side: 8);
            Save($"set/{split}/b/1.png", 200, side: 8);
        }

        Result refused = Run("train --data folder:set --model mlp:hidden=4 --validation 0.2");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("has images of its own to validate on", refused.Error);
        Assert.Contains("2 to train on, 2 to validate, 2 to test", Run("train --data folder:set --model mlp:hidden=4 --epochs 1").Error.Replace(" images", ""));
    }

    [Fact]
    public void Whitening_that_is_replaced_is_fitted_to_the_new_images_and_one_that_is_not_is_kept()
    {
        for (int i = 0; i < 10; i++)
        {
            Save($"one/a/{i}.png", 20 + i, side: 8);
            Save($"one/b/{i}.png", 200 + i, side: 8);
            Save($"two/a/{i}.png", 3 * i, side: 8);
            Save($"two/b/{i}.png", 100 + (9 * i), side: 8);
        }

        const string Words = "train --model fast-vgg:width=0.125 --epochs 1 --batch 4 --json --data folder:";
        byte[] first = Whitening($"{Words}one --out first"), fresh = Whitening($"{Words}two --out fresh");
        Assert.NotEqual(first, fresh);
        const string GoingOn = Words + "two --weights first/model.safetensors --replace ";
        Assert.Equal(fresh, Whitening(GoingOn + "whiten.* --out replaced"));
        Assert.Equal(first, Whitening(GoingOn + "linear.* --out kept"));
    }

    private byte[] Whitening(string words)
    {
        Result result = Run(words);
        Assert.Equal(0, result.ExitCode);
        return Safetensors.Read(At($"{words.Split(' ')[^1]}/model.safetensors")).Tensors["whiten.weight"].Bytes;
    }

    [Fact]
    public void Parts_of_images_are_cut_out_of_their_files()
    {
        foreach (string name in (string[])["train/a/1", "train/a/2", "train/b/1", "train/b/2", "test/a/1", "test/b/1"])
        {
            Save($"set/{name}.png", name.Contains('a') ? 20 : 200, side: 40);
        }

        Assert.Equal(0, Run("train --data folder:set --model mlp:hidden=4 --size 8 --epochs 2 --augment flip,resized-crop:0.3").ExitCode);
    }

    private void Save(string name, int value, int side)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        byte[] pixels = new byte[side * side * 3];
        pixels.AsSpan().Fill((byte)value);
        var image = new Image(side, side, 3, pixels);
        if (name.EndsWith(".png", StringComparison.Ordinal))
        {
            image.SavePng(At(name));
        }
        else
        {
            image.SaveJpeg(At(name));
        }
    }
}
