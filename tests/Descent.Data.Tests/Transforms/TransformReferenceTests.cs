using System.Text.Json;

namespace Descent;

/// <summary>Transforms against what transforms.py wrote of Pillow and torchvision.</summary>
public class TransformReferenceTests
{
    private static readonly JsonElement[] s_cases =
        [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "transforms.json"))).RootElement.EnumerateArray()];

    public static TheoryData<string> Names => [.. s_cases.Select(c => c.GetProperty("name").GetString()!).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Images_are_those_of_the_reference(string name)
    {
        // What is computed in another order of floating-point operations may round a level apart; the others are whole numbers.
        int tolerance = name is "affine" or "contrast" or "saturation" or "hue" or "sharpness" or "brightness" or "autocontrast" or "gray" ? 1 : 0;
        JsonElement[] cases = [.. s_cases.Where(c => c.GetProperty("name").GetString() == name)];
        foreach (JsonElement one in cases)
        {
            int[] shape = Sizes(one, "shape"), to = Sizes(one, "to");
            byte[] image = Bytes(one, "image"), expected = Bytes(one, "result"), before = [.. image], result = new byte[expected.Length];
            Run(name, one.GetProperty("arguments"), new(image, shape[0], shape[1], shape[2]), new(result, to[0], to[1], to[2]));
            Assert.Equal(before, image);
            int[] apart = [.. expected.Zip(result, (e, r) => Math.Abs(e - r))];
            string what = $"{name} {one.GetProperty("arguments")} of ({string.Join(", ", shape)}) to ({string.Join(", ", to)})";
            Assert.True(apart.Max() <= tolerance, $"{what}: {apart.Max()} levels apart, {apart.Count(a => a > tolerance)} of {apart.Length} bytes");
            Assert.True(apart.Average() < (name == "hue" ? 0.25 : 0.02), $"{what}: {apart.Average()} levels apart on average");
        }
    }

    private static void Run(string name, JsonElement arguments, Planes from, Planes to)
    {
        var draw = new TransformDraw(1);
        switch (name)
        {
            case "resize": Assert.True(new Resize(to.Height, to.Width, Filter()).Apply(from, to, ref draw)); break;
            case "center-crop": Assert.True(new CenterCrop(to.Height, to.Width).Apply(from, to, ref draw)); break;
            case "affine":
                new AffineMap(Number("angle"), Number("x"), Number("y"), Number("scale"), Number("shear_x"), Number("shear_y")).Run(from, to, Filter(), outside: 0);
                break;
            case "brightness": Brightness.Adjust(from, to, Number("amount")); break;
            case "contrast": Contrast.Adjust(from, to, Number("amount")); break;
            case "saturation": Saturation.Adjust(from, to, Number("amount")); break;
            case "sharpness": Sharpness.Adjust(from, to, Number("amount")); break;
            case "hue": Hue.Adjust(from, to, Number("amount")); break;
            case "posterize": Posterize.Adjust(from, to, (int)Number("amount")); break;
            case "solarize": Solarize.Adjust(from, to, Number("amount")); break;
            case "autocontrast": AutoContrast.Adjust(from, to); break;
            case "equalize": Equalize.Adjust(from, to); break;
            case "gray": Assert.True(new RandomGrayscale(1).Apply(from, to, ref draw)); break;
            default: throw new ArgumentException($"transforms.py wrote a case '{name}' that nothing tests.");
        }

        double Number(string of) => arguments.GetProperty(of).GetDouble();

        Resampling Filter() => Enum.Parse<Resampling>(arguments.GetProperty("resampling").GetString()!, ignoreCase: true);
    }

    private static int[] Sizes(JsonElement one, string name) => [.. one.GetProperty(name).EnumerateArray().Select(size => size.GetInt32())];

    private static byte[] Bytes(JsonElement one, string name) => Convert.FromHexString(one.GetProperty(name).GetString()!);
}
