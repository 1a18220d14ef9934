namespace Descent;

/// <summary>
/// The field's networks by their names, with the sizes of their papers: <c>Models.ResNet50(rng)</c>. <c>descent train --model</c> and
/// <c>descent models</c> build the same ones by <see cref="Architecture"/>.
/// </summary>
/// <remarks>Initial values are drawn when a parameter is first used: building and counting a network allocates no weights.</remarks>
public static partial class Models
{
    /// <summary>Images of ImageNet's networks: 3×224×224.</summary>
    public static Shape ImageNet { get; } = new(3, 224, 224);

    /// <summary>Images of CIFAR-10 and CIFAR-100: 3×32×32.</summary>
    public static Shape Cifar { get; } = new(3, 32, 32);

    /// <summary>Images of MNIST: 1×28×28.</summary>
    public static Shape Mnist { get; } = new(1, 28, 28);

    /// <summary>Texts that a character model is trained on: windows of 64 characters.</summary>
    internal static Shape Window { get; } = new(64);

    /// <summary>Texts that are classified: 128 bytes.</summary>
    internal static Shape Line { get; } = new(128);

    /// <inheritdoc cref="Descent.LeNet5"/>
    public static LeNet5 LeNet5(Rng rng, int classes = 10, bool tanh = false, bool averagePooling = false) =>
        new(rng, classes, tanh, averagePooling);

    /// <inheritdoc cref="Descent.Mlp"/>
    public static Mlp Mlp(Rng rng, IReadOnlyList<int> hidden, int classes = 10, Shape? imageShape = null) =>
        new(checked((int)(imageShape ?? Mnist).Count), hidden, classes, rng);

    /// <inheritdoc cref="Descent.ConvNet"/>
    public static ConvNet ConvRelu(Rng rng, ConvPattern? pattern = null, int classes = 10, Shape? imageShape = null) =>
        new(pattern ?? new ConvPattern(), imageShape ?? Mnist, rng, classes);

    /// <inheritdoc cref="Descent.AlexNet"/>
    public static AlexNet AlexNet(Rng rng, int classes = 1000, Shape? imageShape = null, double dropout = 0.5, double width = 1) =>
        new(imageShape ?? ImageNet, rng, classes, dropout, width);

    /// <summary>VGG of 11 layers, configuration A of the paper.</summary>
    /// <inheritdoc cref="Descent.Vgg"/>
    public static Vgg Vgg11(Rng rng, int classes = 1000, Shape? imageShape = null, bool batchNorm = false, double dropout = 0.5) =>
        new(VggLayout.Of("11"), imageShape ?? ImageNet, rng, classes, batchNorm, dropout);

    /// <summary>VGG of 13 layers, configuration B of the paper.</summary>
    /// <inheritdoc cref="Descent.Vgg"/>
    public static Vgg Vgg13(Rng rng, int classes = 1000, Shape? imageShape = null, bool batchNorm = false, double dropout = 0.5) =>
        new(VggLayout.Of("13"), imageShape ?? ImageNet, rng, classes, batchNorm, dropout);

    /// <summary>VGG of 16 layers, configuration D of the paper.</summary>
    /// <inheritdoc cref="Descent.Vgg"/>
    public static Vgg Vgg16(Rng rng, int classes = 1000, Shape? imageShape = null, bool batchNorm = false, double dropout = 0.5) =>
        new(VggLayout.Of("16"), imageShape ?? ImageNet, rng, classes, batchNorm, dropout);

    /// <summary>VGG of 19 layers, configuration E of the paper.</summary>
    /// <inheritdoc cref="Descent.Vgg"/>
    public static Vgg Vgg19(Rng rng, int classes = 1000, Shape? imageShape = null, bool batchNorm = false, double dropout = 0.5) =>
        new(VggLayout.Of("19"), imageShape ?? ImageNet, rng, classes, batchNorm, dropout);

    /// <inheritdoc cref="Descent.FastVgg"/>
    public static FastVgg FastVgg(Rng rng, int classes = 10, int channels = 3, double width = 1) => new(rng, classes, channels, width);

    /// <inheritdoc cref="Descent.GoogLeNet"/>
    public static GoogLeNet GoogLeNet(Rng rng, int classes = 1000, int channels = 3, bool auxiliary = false) =>
        new(rng, classes, channels, auxiliary);

    /// <inheritdoc cref="Descent.ResNet"/>
    public static ResNet ResNet18(Rng rng, int classes = 1000, int channels = 3) => new(18, rng, classes, channels);

    /// <inheritdoc cref="Descent.ResNet"/>
    public static ResNet ResNet34(Rng rng, int classes = 1000, int channels = 3) => new(34, rng, classes, channels);

    /// <inheritdoc cref="Descent.ResNet"/>
    public static ResNet ResNet50(Rng rng, int classes = 1000, int channels = 3) => new(50, rng, classes, channels);

    /// <inheritdoc cref="Descent.ResNet"/>
    public static ResNet ResNet101(Rng rng, int classes = 1000, int channels = 3) => new(101, rng, classes, channels);

    /// <inheritdoc cref="Descent.ResNet"/>
    public static ResNet ResNet152(Rng rng, int classes = 1000, int channels = 3) => new(152, rng, classes, channels);

    /// <inheritdoc cref="Descent.CifarResNet"/>
    public static CifarResNet ResNet20(Rng rng, int classes = 10, int channels = 3) => new(20, rng, classes, channels);

    /// <inheritdoc cref="Descent.CifarResNet"/>
    public static CifarResNet ResNet32(Rng rng, int classes = 10, int channels = 3) => new(32, rng, classes, channels);

    /// <inheritdoc cref="Descent.CifarResNet"/>
    public static CifarResNet ResNet44(Rng rng, int classes = 10, int channels = 3) => new(44, rng, classes, channels);

    /// <inheritdoc cref="Descent.CifarResNet"/>
    public static CifarResNet ResNet56(Rng rng, int classes = 10, int channels = 3) => new(56, rng, classes, channels);

    /// <inheritdoc cref="Descent.CifarResNet"/>
    public static CifarResNet ResNet110(Rng rng, int classes = 10, int channels = 3) => new(110, rng, classes, channels);

    /// <inheritdoc cref="Descent.MobileNet"/>
    public static MobileNet MobileNet(Rng rng, int classes = 1000, int channels = 3, double width = 1) => new(rng, classes, channels, width);

    /// <summary>The tiny Vision Transformer: patches of 16, 12 blocks of width 192 with 3 heads.</summary>
    /// <inheritdoc cref="VisionTransformer"/>
    public static VisionTransformer VitTi16(Rng rng, int classes = 1000, Shape? imageShape = null, double dropout = 0) =>
        new(VitLayout.Of("ti16"), imageShape ?? ImageNet, rng, classes, dropout);

    /// <summary>The small Vision Transformer: patches of 16, 12 blocks of width 384 with 6 heads.</summary>
    /// <inheritdoc cref="VisionTransformer"/>
    public static VisionTransformer VitS16(Rng rng, int classes = 1000, Shape? imageShape = null, double dropout = 0) =>
        new(VitLayout.Of("s16"), imageShape ?? ImageNet, rng, classes, dropout);

    /// <summary>The base Vision Transformer: patches of 16, 12 blocks of width 768 with 12 heads.</summary>
    /// <inheritdoc cref="VisionTransformer"/>
    public static VisionTransformer VitB16(Rng rng, int classes = 1000, Shape? imageShape = null, double dropout = 0) =>
        new(VitLayout.Of("b16"), imageShape ?? ImageNet, rng, classes, dropout);

    /// <summary>A Vision Transformer for small images: patches of 4, 6 blocks of width 192 with 3 heads.</summary>
    /// <inheritdoc cref="VisionTransformer"/>
    public static VisionTransformer VitCifar(Rng rng, int classes = 10, Shape? imageShape = null, double dropout = 0) =>
        new(VitLayout.Of("cifar"), imageShape ?? Cifar, rng, classes, dropout);

    /// <inheritdoc cref="FullyConvolutionalNet"/>
    public static FullyConvolutionalNet Fcn(Rng rng, int classes = 4, int channels = 3) => new(channels, classes, rng);

    /// <inheritdoc cref="ContextNet"/>
    public static ContextNet Context(Rng rng, int classes = 4, int channels = 3) => new(channels, classes, rng);

    /// <inheritdoc cref="Descent.CharLstm"/>
    public static CharLstm CharLstm(Rng rng, int characters = 96) => new(characters, rng);

    /// <inheritdoc cref="Descent.TextCnn"/>
    public static TextCnn TextCnn(Rng rng, int classes = 2, int characters = 256) => new(characters, classes, rng);
}
