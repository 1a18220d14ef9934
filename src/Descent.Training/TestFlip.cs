namespace Descent;

/// <summary>
/// What a network says of an image and what it says of its mirror image, averaged: <c>y = ½·(f(x) + f(mirrored x))</c>, for scores before a softmax or
/// sigmoid.
/// </summary>
/// <remarks>
/// It costs a second forward pass and is worth half a percent or more where mirror images are of the same class. The mean of scores is, but for a
/// constant, the logarithm of the geometric mean of probabilities. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural
/// Networks", NIPS 2012, section 4.1.
/// </remarks>
public static class TestFlip
{
    /// <summary>The mean of both.</summary>
    internal static Tensor Forward(Layer model, Tensor images) => (model.Forward(images) + model.Forward(images.Flip(-1))) * 0.5;

    /// <summary>Says where it makes no sense.</summary>
    /// <param name="model">The network.</param>
    /// <param name="task">What it has learned.</param>
    /// <param name="input">One input, as the network sees it.</param>
    /// <exception cref="ArgumentException">No classes of whole images are told apart, or not by a loss of the scores alone.</exception>
    public static void MustSuit(Layer model, LearningTask task, Shape input)
    {
        string? why = (task, input.Rank, model) switch
        {
            (LearningTask.Segmentation, _, _) => "classes of pixels, which are mirrored too",
            (LearningTask.Regression, _, _) => "numbers, which may differ for the mirror image",
            (LearningTask.TextClassification or LearningTask.NextCharacter, _, _) => "texts",
            (_, not 3, _) => $"inputs of {input}, which are no images",
            (_, _, IObjective) => "a network whose loss is its own and no function of its scores alone",
            _ => null,
        };
        if (why is not null)
        {
            throw new ArgumentException($"--test-flip is for classes of whole images, not for {why}; leave it out.");
        }
    }
}
