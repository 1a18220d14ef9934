namespace Descent;

/// <summary>The networks that can be trained by name.</summary>
internal static class Catalogue
{
    private static readonly int[] s_cifarDepths = [20, 32, 44, 56, 110], s_imageNetDepths = [18, 34, 50, 101, 152];

    private static readonly ChoiceOption s_width =
        ChoiceOption.Factor("width", "what the channels of all layers are multiplied by", 1);

    public static ArchitectureKind[] All { get; } =
    [
        new("lenet5", "LeNet-5: two convolutions with pooling, three affine layers; images of 1×28×28", Models.Mnist, Classes: 10,
            [
                ChoiceOption.OneOf("activation", "behind every layer but the last", "relu", "tanh"),
                ChoiceOption.OneOf("pool", "of 2×2", "max", "average"),
            ],
            LeNet5),
        new("mlp", "multi-layer perceptron with ReLU; images of any size", Models.Mnist, Classes: 10,
            [ChoiceOption.Widths("hidden", "widths of the hidden layers", "256")],
            (options, images, classes, rng) => new Mlp(checked((int)images.Count), options.Widths("hidden"), classes, rng)),
        new("softmax-regression", "softmax regression, one affine layer; images of any size", Models.Mnist, Classes: 10, [],
            (_, images, classes, rng) => new SoftmaxRegression(checked((int)images.Count), classes, rng.Device)) { Recipe = TrainingRecipe.Linear },
        new("linear-svm", "linear support vector machine, one affine layer; images of any size", Models.Mnist, Classes: 10, [],
            (_, images, classes, rng) => new LinearSvm(checked((int)images.Count), classes, rng.Device)) { Recipe = TrainingRecipe.Linear },
        new("perceptron", "Rosenblatt's perceptron for each class, one affine layer; images of any size", Models.Mnist, Classes: 10, [],
            (_, images, classes, rng) => new SoftmaxRegression(checked((int)images.Count), classes, rng.Device)) { Recipe = TrainingRecipe.Perceptron },
        new("knn", "k-nearest neighbours; images of any size", Models.Mnist, Classes: 10,
            [
                ChoiceOption.Whole("k", "neighbours that vote", 5),
                ChoiceOption.OneOf("distance", "between images", "l2", "l1"),
                ChoiceOption.Number(Architecture.ExamplesOption, "kept of the training set, 0 for all", 0, NumberRange.Between(0, 100_000_000)),
            ],
            (options, images, classes, rng) => new NeighborClassifier(
                Math.Max(1, options.Examples), checked((int)images.Count), classes, options.Whole("k"),
                options["distance"] == "l1" ? DistanceMetric.L1 : DistanceMetric.L2, rng.Device)) { Fit = Fitting.Neighbors },
        new("logistic-regression", "logistic regression of two classes, one affine layer; rows or images of any size", Models.Mnist, Classes: 2, [],
            (_, images, _, rng) => new LogisticRegression(checked((int)images.Count), rng.Device))
        { Task = LearningTask.BinaryClassification, Recipe = TrainingRecipe.Linear with { LearningRate = 1e-2 } },
        new("linear-regression", "least squares at once, with a ridge; rows or images of any size", Models.Mnist, Classes: 1,
            [Ridge(0)],
            (_, images, outputs, rng) => new LinearRegression(checked((int)images.Count), outputs, rng.Device))
        {
            Task = LearningTask.Regression,
            Fit = (model, options, data) => Fitting.LeastSquares(((LinearRegression)model).Fit, model, options, data),
        },
        new("polynomial-regression", "least squares at once over all products of inputs, with a ridge; rows of a few numbers", new Shape(1), Classes: 1,
            [ChoiceOption.Whole("degree", "factors of a product, at most", 3), Ridge(1e-3)],
            PolynomialRegression)
        {
            Task = LearningTask.Regression,
            Fit = (model, options, data) => Fitting.LeastSquares(((PolynomialRegression)model).Fit, model, options, data),
        },
        new("conv-relu", "[(CONV-RELU)*n-POOL?]*M-(FC-RELU)*K and an affine layer; images of any size", Models.Mnist, Classes: 10,
            [
                ChoiceOption.Whole("n", "convolutions before each pooling", 2),
                ChoiceOption.Widths("filters", "those of each of the M blocks", "32-64-128"),
                ChoiceOption.Widths("hidden", "widths of the K hidden affine layers", "256"),
                ChoiceOption.OneOf("pool", "of 2×2 at the end of each block", "max", "average", "none"),
                ChoiceOption.Whole("kernel", "side of every filter, odd", 3),
                Norm,
                Dropout(0),
            ],
            ConvRelu),
        new("alexnet", "AlexNet: five convolutions, three affine layers; images of at least 63×63", Models.ImageNet, Classes: 1000,
            [Dropout(0.5), s_width],
            (options, images, classes, rng) => new AlexNet(images, rng, classes, options.Part("dropout"), options.Factor("width"))) { Recipe = TrainingRecipe.Plain },
        .. VggLayout.All.SelectMany(layout => (ArchitectureKind[])[Vgg(layout, batchNorm: false), Vgg(layout, batchNorm: true)]),
        new("fast-vgg", "VGG of six convolutions behind fixed whitening filters, trained in minutes; images of at least 8×8", Models.Cifar, Classes: 10,
            [s_width], FastVgg) { Recipe = TrainingRecipe.Fast },
        new("googlenet", "GoogLeNet: nine inception modules; images of any size from 23×23 on", Models.ImageNet, Classes: 1000,
            [
                ChoiceOption.OneOf("auxiliary", "whether two heads in the middle help to train", "no", "yes"),
                Dropout(0.2),
                s_width,
            ],
            (options, images, classes, rng) => new GoogLeNet(
                rng, classes, channels: images[0], options["auxiliary"] == "yes", options.Part("dropout"), width: options.Factor("width")))
        { Recipe = TrainingRecipe.Plain },
        .. s_imageNetDepths.Select(ResNet),
        .. s_cifarDepths.Select(CifarResNet),
        new("mobilenet", "MobileNet, version 1: depthwise separable convolutions; images of any size", Models.ImageNet, Classes: 1000,
            [s_width, Dropout(0.001)],
            (options, images, classes, rng) => new MobileNet(rng, classes, images[0], options.Factor("width"), options.Part("dropout")))
        { Recipe = TrainingRecipe.Normed },
        .. VitLayout.All.Select(Vit),
        new("fcn", "fully convolutional network for the class of every pixel; images of at least 4×4", Models.Cifar, Classes: 4,
            [ChoiceOption.Whole("width", "channels at full size", 16)], Fcn)
        { Task = LearningTask.Segmentation },
        new("context", "dilated convolutions for the class of every pixel; images of any size", Models.Cifar, Classes: 4,
            [ChoiceOption.Whole("width", "channels of every layer", 24)],
            (options, images, classes, rng) => new ContextNet(images[0], classes, rng, options.Whole("width")))
        { Task = LearningTask.Segmentation },
        new("char-lstm", "LSTM that reads a text and says which character follows", Models.Window, Classes: 96,
            [
                ChoiceOption.Whole("width", "of each character's vector", 64),
                ChoiceOption.Whole("hidden", "of the LSTM's state", 128),
                ChoiceOption.Whole("layers", "of the LSTM", 2),
                Dropout(0),
            ],
            (options, _, classes, rng) => new CharLstm(
                classes, rng, options.Whole("width"), options.Whole("hidden"), options.Whole("layers"), options.Part("dropout")))
        { Task = LearningTask.NextCharacter, Recipe = TrainingRecipe.Recurrent },
        new("text-cnn", "1-D convolutions over the bytes of a text, for its class", Models.Line, Classes: 2,
            [
                ChoiceOption.Whole("width", "of each byte's vector", 16),
                ChoiceOption.Whole("filters", "of each length, 3, 5 and 7", 64),
                Dropout(0.5),
            ],
            (options, _, classes, rng) => new TextCnn(
                256, classes, rng, options.Whole("width"), options.Whole("filters"), options.Part("dropout")))
        { Task = LearningTask.TextClassification },
    ];

    /// <summary>Terms that a polynomial may have: the normal equations of so many take seconds and 200 MB.</summary>
    private const int MostTerms = 3000;

    private static ChoiceOption Norm => ChoiceOption.OneOf("norm", "behind each convolution", "none", "batch");

    private static ChoiceOption Dropout(double value) =>
        ChoiceOption.Part("dropout", "the part of hidden values that training drops", value);

    private static ChoiceOption Ridge(double value) =>
        ChoiceOption.Number("ridge", "what is added for the size of the weights", value, NumberRange.NotNegative);

    private static PolynomialRegression PolynomialRegression(Architecture options, Shape inputs, int outputs, Rng rng)
    {
        int features = checked((int)inputs.Count), degree = options.Whole("degree");
        double terms = Descent.PolynomialRegression.CountTerms(degree, features);
        return terms <= MostTerms
            ? new(degree, features, outputs, rng.Device)
            : throw new ArgumentException(
                $"The model 'polynomial-regression' has {terms:0} products of up to {degree} of {features} numbers, but at most {MostTerms} can be fitted; "
                + "lower its degree, leave columns out, or reduce the inputs by --preprocess pca:K.");
    }

    private static FullyConvolutionalNet Fcn(Architecture options, Shape images, int classes, Rng rng)
    {
        const int Smallest = FullyConvolutionalNet.SmallestImage;
        return images[1] >= Smallest && images[2] >= Smallest
            ? new FullyConvolutionalNet(images[0], classes, rng, options.Whole("width"))
            : throw new ArgumentException($"The model 'fcn' takes images of at least {Smallest}×{Smallest}, but these are {images}; try 'context'.");
    }

    private static FastVgg FastVgg(Architecture options, Shape images, int classes, Rng rng)
    {
        const int Smallest = 8;
        return images[1] >= Smallest && images[2] >= Smallest
            ? new FastVgg(rng, classes, images[0], options.Factor("width"))
            : throw new ArgumentException($"The model 'fast-vgg' takes images of at least {Smallest}×{Smallest}, but these are {images}; try 'conv-relu'.");
    }

    private static LeNet5 LeNet5(Architecture options, Shape images, int classes, Rng rng) => images == Models.Mnist
        ? new LeNet5(rng, classes, tanh: options["activation"] == "tanh", averagePooling: options["pool"] == "average")
        : throw new ArgumentException($"The model 'lenet5' takes images of (1, 28, 28), but these are {images}; try 'resnet20'.");

    private static ConvNet ConvRelu(Architecture options, Shape images, int classes, Rng rng)
    {
        var pattern = new ConvPattern
        {
            Blocks = ConvPattern.Repeat(options.Whole("n"), options.Widths("filters")),
            Hidden = options.Widths("hidden"),
            Pool = options["pool"] switch
            {
                "max" => ConvPatternPool.Max,
                "average" => ConvPatternPool.Average,
                _ => ConvPatternPool.None,
            },
            Kernel = options.Whole("kernel"),
            BatchNorm = options["norm"] == "batch",
            Dropout = options.Part("dropout"),
        };
        return new(pattern, images, rng, classes);
    }

    private static ArchitectureKind Vgg(VggLayout layout, bool batchNorm)
    {
        bool isSmall = layout.Name == "small";
        return new(
            (isSmall ? "vgg-small" : $"vgg{layout.Name}") + (batchNorm ? "-bn" : ""),
            isSmall
                ? $"VGG of six convolutions for small images{Normed()}; images of at least 8×8"
                : $"VGG of {layout.Name} layers{Normed()}; images of at least 32×32",
            isSmall ? Models.Cifar : Models.ImageNet,
            Classes: isSmall ? 10 : 1000,
            [Dropout(0.5), s_width],
            (options, images, classes, rng) => new Vgg(
                layout.Narrowed(options.Factor("width")), images, rng, classes, batchNorm, options.Part("dropout")))
        { Recipe = batchNorm ? TrainingRecipe.Normed : TrainingRecipe.Plain };

        string Normed() => batchNorm ? " with batch normalisation" : "";
    }

    private static ArchitectureKind ResNet(int depth) => new(
        $"resnet{depth}", $"residual network of {depth} layers for large images, of any size", Models.ImageNet, Classes: 1000,
        [s_width],
        (options, images, classes, rng) => new ResNet(depth, rng, classes, channels: images[0], options.Factor("width")))
    { Recipe = TrainingRecipe.Normed };

    private static ArchitectureKind CifarResNet(int depth) => new(
        $"resnet{depth}", $"residual network of {depth} layers for small images, of any size", Models.Cifar, Classes: 10,
        [ChoiceOption.OneOf("shortcut", "where the shape changes", "zero-pad", "projection")],
        (options, images, classes, rng) => new CifarResNet(
            depth,
            rng,
            classes,
            channels: images[0],
            options["shortcut"] == "projection" ? ResidualShortcut.Projection : ResidualShortcut.ZeroPad))
    { Recipe = TrainingRecipe.Normed };

    private static ArchitectureKind Vit(VitLayout layout)
    {
        bool isSmall = layout.Name == "cifar";
        return new(
            $"vit-{layout.Name}",
            $"Vision Transformer, patches of {layout.Patch}, {layout.Depth} blocks of width {layout.Width}; images of whole patches",
            isSmall ? Models.Cifar : Models.ImageNet,
            Classes: isSmall ? 10 : 1000,
            [
                ChoiceOption.Whole("patch", "side of a patch", layout.Patch),
                ChoiceOption.Whole("width", "of each position's vector", layout.Width),
                ChoiceOption.Whole("depth", "blocks", layout.Depth),
                ChoiceOption.Whole("heads", "of each attention; they divide the width", layout.Heads),
                ChoiceOption.Whole("hidden", "width of each perceptron", layout.Hidden),
                ChoiceOption.Part("dropout", "the part of values that training drops", 0),
            ],
            (options, images, classes, rng) => new VisionTransformer(
                new(layout.Name, options.Whole("patch"), options.Whole("width"), options.Whole("depth"), options.Whole("heads"))
                {
                    Hidden = options.Whole("hidden"),
                },
                images,
                rng,
                classes,
                options.Part("dropout")))
        { Recipe = TrainingRecipe.Transformer };
    }
}
