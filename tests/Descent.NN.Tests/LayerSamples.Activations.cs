namespace Descent.Tests;

internal static partial class LayerSamples
{
    private static IReadOnlyList<LayerSample> Activations =>
    [
        Layer("heaviside", _ => new Activation<Heaviside>()),
        Layer("sigmoid", _ => new Activation<Sigmoid>()),
        Layer("tanh", _ => new Activation<Tanh>()),
        Layer("relu", _ => new Activation<Relu>()),
        Layer("leaky_relu", _ => new LeakyRelu(0.1)),
        Layer("prelu", (i, _) => new PRelu(At(i, 3, 1, 5)), sums: 8),
        Layer("elu", _ => new Elu(0.7)),
        Layer("selu", _ => new Activation<Selu>()),
        Layer("gelu", _ => new Activation<Gelu>()),
        Layer("gelu_tanh", _ => new Activation<GeluTanh>()),
        Layer("silu", _ => new Activation<Silu>()),
        Layer("softplus", _ => new Activation<Softplus>()),
        Layer("hard_sigmoid", _ => new Activation<HardSigmoid>()),
        Layer("hard_tanh", _ => new Activation<HardTanh>()),
        Layer("hard_swish", _ => new Activation<HardSwish>()),
        Layer("softmax", _ => new Softmax(), sums: 7),
        Layer("softmax_axis", _ => new Softmax(axis: 1), sums: 7),
        Layer("log_softmax", _ => new LogSoftmax(), sums: 7),
        Layer("log_softmax_axis", _ => new LogSoftmax(axis: 1), sums: 7),
        Layer("maxout", (i, rng) => new Maxout(At(i, 5, 3, 4), At(i, 4, 1, 2), At(i, 2, 3, 5), rng), sums: 7),
    ];
}
