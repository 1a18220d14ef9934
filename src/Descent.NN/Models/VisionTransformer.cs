namespace Descent;

/// <summary>
/// Vision Transformer: the image as a sequence of patches with a class token before them, learned positions, transformer blocks that
/// normalise first, and an affine layer on what the class token has become.
/// </summary>
/// <remarks>
/// Shapes: x (N, C, H, W) of the image shape → logits (N, classes); T = 1 + H/patch · W/patch positions. GELU in the perceptrons.
/// Init: normal of deviation 0.02 cut at two deviations for matrices, class token and positions, biases 0.
/// Dosovitskiy et al., "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", ICLR 2021.
/// </remarks>
public sealed partial class VisionTransformer : Layer
{
    /// <summary>A network for images of this shape; the sizes given are those for CIFAR-10.</summary>
    /// <param name="imageShape">(C, H, W).</param>
    /// <param name="rng">What initial values and dropout are drawn from.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="patch">Side of a patch; a divisor of H and W.</param>
    /// <param name="width">Of each position's vector, D.</param>
    /// <param name="depth">Blocks.</param>
    /// <param name="heads">Of each attention; a divisor of the width.</param>
    /// <param name="hidden">Of each perceptron.</param>
    /// <param name="dropout">The part of values that training drops, in [0, 1).</param>
    /// <exception cref="ArgumentException">The image is not a whole number of patches, or the width is not a multiple of heads.</exception>
    public VisionTransformer(
        Shape imageShape,
        Rng rng,
        int classes = 10,
        int patch = 4,
        int width = 192,
        int depth = 6,
        int heads = 3,
        int hidden = 768,
        double dropout = 0)
    {
        if (imageShape.Rank != 3 || imageShape[1] % Require.Positive(patch) != 0 || imageShape[2] % patch != 0)
        {
            throw new ArgumentException(
                $"A vision transformer of patch {patch} takes images (C, H, W) with H and W multiples of {patch}, but these are {imageShape}.",
                nameof(imageShape));
        }

        Initializer init = Init.TruncatedNormal(0.02);
        int positions = 1 + (imageShape[1] / patch * (imageShape[2] / patch));
        PatchEmbed = new(imageShape[0], patch, width, rng, init);
        ClsToken = new(init(new(1, 1, width), width, rng));
        PosEmbed = new(init(new(1, positions, width), width, rng));
        Dropout = new(dropout, rng);
        Encoder = new([.. Enumerable.Range(0, Require.Positive(depth)).Select(_ => new TransformerEncoderLayer(
            width, heads, rng, hidden, dropout, new Activation<Gelu>(), normFirst: true, init: init))]);
        Norm = new(width, device: rng.Device);
        Head = new(width, classes, rng, init: init);
    }

    /// <summary>Image → patches.</summary>
    public PatchEmbedding PatchEmbed { get; }

    /// <summary>The vector of position 0, which stands for the whole image; shape (1, 1, D).</summary>
    public Parameter ClsToken { get; }

    /// <summary>What each position adds, shape (1, T, D).</summary>
    public Parameter PosEmbed { get; }

    /// <summary>Of the blocks' input.</summary>
    public Dropout Dropout { get; }

    /// <summary>The blocks.</summary>
    public TransformerEncoder Encoder { get; }

    /// <summary>Of the class token behind the last block.</summary>
    public LayerNorm Norm { get; }

    /// <summary>D → classes.</summary>
    public Linear Head { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor token = ClsToken.Read().Expand(new(x.Shape[0], 1, ClsToken.Shape[2]));
        x = Tensor.Concat(1, token, PatchEmbed.Forward(x)) + PosEmbed; // (N, T, D)
        x = Encoder.Forward(Dropout.Forward(x));

        // Normalisation is by position, so that only the one that is read needs it.
        return Head.Forward(Norm.Forward(x.Narrow(1, 0, 1).Squeeze(1)));
    }
}
