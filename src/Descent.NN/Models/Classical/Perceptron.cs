namespace Descent;

/// <summary>Rosenblatt's perceptron: units that answer 1 where <c>x·wᵀ + b ≥ 0</c> and else 0.</summary>
/// <remarks>
/// Shapes: x (N, in) → answers (N, outputs). Init: zero. A step has no slope, so that <see cref="Rule"/> stands in the place of gradients:
/// <c>w = w + η·(t − y)·x</c>, which changes the weights of wrong answers alone and ends where the classes are linearly separable.
/// Rosenblatt, "The Perceptron", Psychological Review 65, 1958.
/// </remarks>
public sealed partial class Perceptron(int inFeatures, int outputs = 1, Device? device = null) : LinearModel(inFeatures, outputs, device)
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => (Scores(x) >= 0).To(x.DType);

    /// <summary>
    /// The perceptron rule as gradients, for any optimizer: <c>new Sgd(p.Parameters(), 1).Step(p.Rule(x, targets))</c>. Their loss is the number
    /// of wrong answers.
    /// </summary>
    /// <param name="x">Examples (N, in); the rule sums over them.</param>
    /// <param name="targets">0 or 1 for each answer, (N, outputs).</param>
    /// <exception cref="ShapeException">The targets have another shape than the answers.</exception>
    public Gradients Rule(Tensor x, Tensor targets)
    {
        Tensor answers = Forward(x);
        if (targets.Shape != answers.Shape)
        {
            throw new ShapeException($"perceptron: answers {answers.Shape} need targets of their shape, but they are {targets.Type}.");
        }

        Tensor error = answers - targets.To(answers.DType);
        return new Gradients(error.Abs().Sum(), [(Weight, error.T.MatMul(x.Flatten())), (Bias, error.Sum([0]))]);
    }

    /// <summary>Shows the examples one by one, again and again, until all answers are right; gives the number of wrong ones in the last round.</summary>
    /// <param name="x">Examples (N, in).</param>
    /// <param name="targets">0 or 1 for each answer, (N, outputs).</param>
    /// <param name="rounds">The most rounds.</param>
    /// <param name="learningRate">η; started at zero, it scales the weights and changes no answer.</param>
    public int Fit(Tensor x, Tensor targets, int rounds = 100, double learningRate = 1)
    {
        (x, targets) = (x.Realize(), targets.Realize());
        var optimizer = new Sgd(Parameters(), learningRate);
        int wrong = 0;
        for (int round = 0; round < Require.Positive(rounds); round++)
        {
            wrong = 0;
            for (int i = 0; i < x.Shape[0]; i++)
            {
                wrong += (int)optimizer.Step(Rule(x.Narrow(0, i, 1), targets.Narrow(0, i, 1))).Item();
            }

            if (wrong == 0)
            {
                break;
            }
        }

        return wrong;
    }
}
