namespace Descent;

/// <summary>The networks that can be trained by name.</summary>
internal static class Catalogue
{
    private static readonly int[] s_residualDepths = [20, 32, 44, 56, 110];

    public static ArchitectureKind[] All { get; } =
    [
        new("lenet5", "LeNet-5: two convolutions with pooling, three affine layers; images of 1×28×28",
            [
                ArchitectureOption.OneOf("activation", "behind every layer but the last", "relu", "tanh"),
                ArchitectureOption.OneOf("pool", "of 2×2", "max", "average"),
            ],
            LeNet5),
        new("mlp", "multi-layer perceptron with ReLU; images of any size",
            [ArchitectureOption.Widths("hidden", "widths of the hidden layers", "256")],
            (options, images, classes, rng) => new Mlp(checked((int)images.Count), options.Widths("hidden"), classes, rng)),
        .. s_residualDepths.Select(ResNet),
        new("vgg", "VGG: blocks of 3×3 convolutions with pooling, then affine layers; images of at least 8×8 for small, 32×32 for the others",
            [
                ArchitectureOption.OneOf("layout", "the sizes", [.. VggLayout.All.Select(layout => layout.Name)]),
                ArchitectureOption.OneOf("norm", "behind each convolution", "none", "batch"),
                ArchitectureOption.Part("dropout", "the part of hidden values that training drops", 0.5),
            ],
            (options, images, classes, rng) => new Vgg(
                VggLayout.Of(options["layout"]), images, rng, classes, options["norm"] == "batch", options.Part("dropout"))),
        new("vit", "Vision Transformer; images of whole patches",
            [
                ArchitectureOption.Whole("patch", "side of a patch", 4),
                ArchitectureOption.Whole("width", "of each position's vector", 192),
                ArchitectureOption.Whole("depth", "blocks", 6),
                ArchitectureOption.Whole("heads", "of each attention; they divide the width", 3),
                ArchitectureOption.Whole("hidden", "width of each perceptron", 768),
                ArchitectureOption.Part("dropout", "the part of values that training drops", 0),
            ],
            (options, images, classes, rng) => new VisionTransformer(
                images,
                rng,
                classes,
                options.Whole("patch"),
                options.Whole("width"),
                options.Whole("depth"),
                options.Whole("heads"),
                options.Whole("hidden"),
                options.Part("dropout"))),
    ];

    private static LeNet5 LeNet5(Architecture options, Shape images, int classes, Rng rng) => images == new Shape(1, 28, 28)
        ? new LeNet5(rng, classes, tanh: options["activation"] == "tanh", averagePooling: options["pool"] == "average")
        : throw new ArgumentException($"The model 'lenet5' takes images of (1, 28, 28), but these are {images}; try 'resnet20'.");

    private static ArchitectureKind ResNet(int depth) => new(
        $"resnet{depth}", $"residual network of {depth} layers for small images, of any size",
        [ArchitectureOption.OneOf("shortcut", "where the shape changes", "zero-pad", "projection")],
        (options, images, classes, rng) => new CifarResNet(
            depth,
            rng,
            classes,
            channels: images[0],
            options["shortcut"] == "projection" ? ResidualShortcut.Projection : ResidualShortcut.ZeroPad));
}
