namespace Descent;

/// <summary>How a residual block passes its input on where the shape of its output differs.</summary>
public enum ResidualShortcut
{
    /// <summary>A 1×1 convolution with batch normalisation: options B and C of the paper, and what ImageNet's networks use.</summary>
    Projection,

    /// <summary>No weights: every second pixel, channels filled up with zeros (<see cref="ZeroPadShortcut"/>); option A of the paper.</summary>
    ZeroPad,
}
