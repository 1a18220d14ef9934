using static Descent.Engine.Tests.Sample;

namespace Descent.Engine.Tests;

internal static partial class Samples
{
    /// <summary>What is composed of the 2-D ops for one axis and three, and what resamples.</summary>
    private static IEnumerable<Sample> Spatial()
    {
        Tensor sequence = Numbers(new(2, 2, 5)), volume = Numbers(new(1, 2, 3, 3, 4)), taps = Numbers(new(3, 2, 2), -1, 1, seed: 2);
        Tensor cube = Numbers(new(2, 2, 2, 2, 3), -1, 1, seed: 2);
        yield return new("conv1d", typeof(Conv2d), t => t[0].Conv1d(t[1], stride: 2, padding: 1), new(2, 3, 3), sequence, taps);
        yield return new("conv3d", typeof(Conv2d), t => t[0].Conv3d(t[1], padding: 1), new(1, 2, 4, 4, 4), volume, cube);
        yield return new(
            "conv3d of groups", typeof(Conv2d), t => t[0].Conv3d(t[1], groups: 2), new(1, 2, 2, 2, 2), volume,
            Numbers(new(2, 1, 2, 2, 3), -1, 1, seed: 2));
        yield return new(
            "conv-transpose1d", typeof(Conv2dBackwardInput), t => t[0].ConvTranspose1d(t[1], stride: 2, outputPadding: 1), new(2, 2, 11), sequence,
            Numbers(new(2, 2, 2), -1, 1, seed: 2));
        yield return new(
            "conv-transpose2d", typeof(Conv2dBackwardInput), t => t[0].ConvTranspose2d(t[1], padding: 1), new(1, 3, 2, 3), Numbers(new(1, 2, 3, 3)),
            Numbers(new(2, 3, 2, 3), -1, 1, seed: 2));
        yield return new(
            "conv-transpose3d", typeof(Conv2dBackwardInput), t => t[0].ConvTranspose3d(t[1], stride: 2, padding: 1), new(1, 2, 4, 4, 7), volume, cube);
        yield return new("maxpool1d", typeof(MaxPool2d), t => t[0].MaxPool1d(2, stride: 1), new(2, 2, 4), sequence);
        yield return new("maxpool3d", typeof(MaxPool2d), t => t[0].MaxPool3d(2, padding: 1), new(1, 2, 2, 2, 3), volume);
        yield return new("indices of maxpool3d", null, t => t[0].MaxPool(AxisWindow.Alike([2, 2, 2], 1, 0)).Indices, new(1, 2, 2, 2, 3), volume);
        yield return new("avgpool1d", typeof(AvgPool2d), t => t[0].AvgPool1d(3, stride: 2, padding: 1), new(2, 2, 3), sequence);
        yield return new("avgpool3d", typeof(AvgPool2d), t => t[0].AvgPool3d(2, stride: 1, countPadding: false), new(1, 2, 2, 2, 3), volume);
        yield return new(
            "avgpool with an overhang", typeof(AvgPool2d), t => t[0].AvgPool([new(2, 2, 0, 1, Overhang: 1)], countPadding: true), new(2, 2, 3), sequence);
        yield return new(
            "max-unpool", typeof(ScatterAddAlong), t => t[0].MaxUnpool(t[1], 4), new(1, 2, 4), Numbers(new(1, 2, 2)),
            Integers(new(1, 2, 2), 3, 0, 1, 2));
        yield return new("adaptive mean", typeof(MatMul), t => t[0].AdaptiveAvgPool(2, 3), new(1, 2, 2, 3), Numbers(new(1, 2, 5, 4)));
        yield return new("adaptive maximum", typeof(MaxPool2d), t => t[0].AdaptiveMaxPool(2, 3), new(1, 2, 2, 3), Numbers(new(1, 2, 5, 4)));
        yield return new("interpolate nearest", typeof(Gather), t => t[0].Interpolate([6, 5]), new(1, 2, 6, 5), Numbers(new(1, 2, 3, 4)));
        yield return new(
            "interpolate linearly", typeof(MatMul), t => t[0].Interpolate([6, 5], InterpolationMode.Linear), new(1, 2, 6, 5), Numbers(new(1, 2, 3, 4)));
        yield return new(
            "interpolate between corners", typeof(MatMul), t => t[0].Interpolate([7], InterpolationMode.Linear, alignCorners: true), new(1, 1, 7),
            Numbers(new(1, 1, 4)));
    }
}
