namespace Descent;

/// <summary>The unit of networks that keep the image's size: a 3×3 convolution, batch normalisation, ReLU.</summary>
internal static class NormedConv
{
    private const int Kernel = 3;

    /// <summary>The layers of one unit, of which the first has no bias: the normalisation takes it away.</summary>
    public static Layer[] Of(int inChannels, int outChannels, Rng rng, int dilation = 1) =>
    [
        new Conv2d(inChannels, outChannels, Kernel, rng, padding: dilation, dilation: dilation, bias: false, init: Init.He),
        new BatchNorm2d(outChannels, device: rng.Device),
        new Activation<Relu>(),
    ];
}
