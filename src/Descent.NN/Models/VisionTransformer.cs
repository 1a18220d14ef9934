namespace Descent;

/// <summary>
/// Vision Transformer: the image as a sequence of patches with a class token before them, learned positions, transformer blocks that
/// normalise first, and an affine layer on what the class token has become.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, H, W) of the image shape → logits (N, classes); T = 1 + H/patch · W/patch positions. GELU in the perceptrons.
/// Init: normal of deviation 0.02 cut at two deviations for matrices, class token and positions, biases 0. State names as torchvision:
/// <c>class_token</c>, <c>conv_proj.weight</c>, <c>encoder.layers.encoder_layer_0.ln_1.weight</c>, …, <c>heads.head.weight</c>.
/// Dosovitskiy et al., "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", ICLR 2021.
/// </remarks>
public sealed partial class VisionTransformer : Layer, IFeatureExtractor
{
    private const string HeadName = "head";

    /// <summary>A network of these sizes for images of this shape.</summary>
    /// <param name="layout">The sizes.</param>
    /// <param name="imageShape">(C, H, W).</param>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="dropout">The part of values that training drops, in [0, 1).</param>
    /// <exception cref="ArgumentException">The image is not a whole number of patches, or the width is not a multiple of heads.</exception>
    public VisionTransformer(VitLayout layout, Shape imageShape, Rng rng, int classes = 10, double dropout = 0)
    {
        (int patch, int width) = (Require.Positive(layout.Patch), layout.Width);
        if (imageShape.Rank != 3 || imageShape[1] % patch != 0 || imageShape[2] % patch != 0)
        {
            throw new ArgumentException(
                $"A vision transformer of patch {patch} takes images (C, H, W) with H and W multiples of {patch}, but these are {imageShape}.",
                nameof(imageShape));
        }

        Initializer init = Init.TruncatedNormal(0.02);
        int positions = 1 + (imageShape[1] / patch * (imageShape[2] / patch));
        ClassToken = new(init(new(1, 1, width), width, rng));
        ConvProj = new(imageShape[0], width, kernel: patch, rng, stride: patch, init: init);
        Encoder = new(layout, positions, rng, dropout, init);
        Heads = new Dictionary<string, Linear> { [HeadName] = new(width, classes, rng, init: init) };
    }

    /// <summary>The vector of position 0, which stands for the whole image; shape (1, 1, D).</summary>
    public Parameter ClassToken { get; }

    /// <summary>Each patch → D, as a convolution whose stride is its kernel.</summary>
    public Conv2d ConvProj { get; }

    /// <summary>Positions and blocks.</summary>
    public VisionTransformerEncoder Encoder { get; }

    /// <summary>One of D → classes, called <c>head</c>.</summary>
    public IReadOnlyDictionary<string, Linear> Heads { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Heads[HeadName].Forward(ForwardFeatures(x));

    /// <inheritdoc/>
    public Tensor ForwardFeatures(Tensor x)
    {
        Tensor token = ClassToken.Read().Expand(new(x.Shape[0], 1, ClassToken.Shape[2]));
        Tensor patches = ConvProj.Forward(x).Flatten(from: 2).T; // (N, H/patch · W/patch, D)
        return Encoder.ForwardFirst(Tensor.Concat(1, token, patches));
    }
}
