namespace Descent;

/// <summary>
/// What <see cref="Rnn"/>, <see cref="Gru"/> and <see cref="Lstm"/> share: layers one upon the other, each a cell that is applied at every
/// step, in one direction or in both.
/// </summary>
/// <remarks>
/// Shapes: x (N, T, in) → y (N, T, directions·hidden), the states h of the last layer; both directions side by side. The products with the
/// input are one for all steps; the steps are unrolled, one graph for each length. Init: uniform in ±1/√hidden (as PyTorch).
/// State names as PyTorch: <c>weight_ih_l0</c>, <c>weight_hh_l0</c>, <c>bias_ih_l0</c>, <c>bias_hh_l0</c>, then those of
/// <c>_l0_reverse</c>, <c>_l1</c>, ….
/// </remarks>
public abstract class Recurrent : Layer
{
    private static readonly string[] s_parameters = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];

    private readonly int _inputSize;
    private readonly int _hiddenSize;
    private readonly int _directions;
    private readonly int _states;
    private readonly Dropout _dropout;
    private readonly Parameter?[][] _cells;
    private readonly string[][] _names;

    private protected Recurrent(
        int gates, int states, int inputSize, int hiddenSize, Rng rng, int layers, bool bidirectional, bool bias, double dropout)
    {
        (_inputSize, _hiddenSize, _states) = (Require.Positive(inputSize), Require.Positive(hiddenSize), states);
        _directions = bidirectional ? 2 : 1;
        _dropout = new Dropout(dropout, rng);
        _cells = new Parameter?[Require.Positive(layers) * _directions][];
        _names = new string[_cells.Length][];
        for (int cell = 0; cell < _cells.Length; cell++)
        {
            int layer = cell / _directions, inputs = layer == 0 ? inputSize : _directions * hiddenSize;
            string suffix = $"_l{layer}{(cell % _directions == 1 ? "_reverse" : "")}";
            _names[cell] = [.. s_parameters.Select(name => name + suffix)];
            _cells[cell] =
            [
                Uniform(new(gates * hiddenSize, inputs)),
                Uniform(new(gates * hiddenSize, hiddenSize)),
                bias ? Uniform(new(gates * hiddenSize)) : null,
                bias ? Uniform(new(gates * hiddenSize)) : null,
            ];
        }

        Parameter Uniform(Shape shape) => new(Init.Uniform(shape, 1 / Math.Sqrt(hiddenSize), rng));
    }

    /// <inheritdoc/>
    public override void Visit(IStateVisitor visitor)
    {
        for (int cell = 0; cell < _cells.Length; cell++)
        {
            for (int i = 0; i < s_parameters.Length; i++)
            {
                visitor.Parameter(_names[cell][i], _cells[cell][i]);
            }
        }

        visitor.Module("dropout", _dropout);
    }

    /// <summary>All states h of the last layer, from states that are 0.</summary>
    /// <exception cref="ShapeException">x is no sequence of the layer's input size, or it is empty.</exception>
    public override Tensor Forward(Tensor x) => Unroll(x, new Tensor?[_states]).Output;

    /// <summary>The states behind one step.</summary>
    /// <param name="input">W·x + b of the step, shape (N, gates·hidden).</param>
    /// <param name="hiddenWeight">(hidden, gates·hidden).</param>
    /// <param name="hiddenBias">(gates·hidden); null where there is none, or where it is part of the input.</param>
    /// <param name="state">h before the step, and what else the cell keeps; each (N, hidden).</param>
    private protected abstract Tensor[] Step(Tensor input, Tensor hiddenWeight, Tensor? hiddenBias, Tensor[] state);

    /// <summary>
    /// True where the cell adds both biases up, so that the second one need not be added, and summed in the gradient, at every step.
    /// </summary>
    private protected abstract bool AddsBiases { get; }

    /// <summary>
    /// All states h of the last layer, (N, T, directions·hidden), and the last states of all layers, each (layers·directions, N, hidden).
    /// </summary>
    /// <param name="x">(N, T, in).</param>
    /// <param name="initial">The states before the first step, 0 where they are null; as the last states, so that sequences go on.</param>
    private protected (Tensor Output, Tensor[] Last) Unroll(Tensor x, Tensor?[] initial)
    {
        MustFit(x, initial);
        Tensor input = x.Permute(1, 0, 2); // (T, N, in): the rows of a step lie together.
        var last = new Tensor[_states][];
        for (int s = 0; s < _states; s++)
        {
            last[s] = new Tensor[_cells.Length];
        }

        for (int layer = 0; layer < _cells.Length / _directions; layer++)
        {
            var outputs = new Tensor[_directions];
            for (int direction = 0; direction < _directions; direction++)
            {
                int cell = (layer * _directions) + direction;
                Tensor[] state = [.. initial.Select(s => s?.Narrow(0, cell, 1).Squeeze(0)
                    ?? Tensor.Zeros(new(x.Shape[0], _hiddenSize), x.DType, x.Device))];
                outputs[direction] = Unroll(_cells[cell], input, isReversed: direction == 1, ref state);
                for (int s = 0; s < _states; s++)
                {
                    last[s][cell] = state[s];
                }
            }

            input = outputs.Length == 1 ? outputs[0] : Tensor.Concat(2, outputs);
            input = layer + 1 < _cells.Length / _directions ? _dropout.Forward(input) : input;
        }

        return (input.Permute(1, 0, 2), [.. last.Select(state => Tensor.Stack(0, state))]);
    }

    /// <summary>One cell over all steps: the states h, (T, N, hidden), and its last states.</summary>
    private Tensor Unroll(Parameter?[] cell, Tensor x, bool isReversed, ref Tensor[] state)
    {
        (Parameter weight, Parameter hiddenWeight, Parameter? bias, Parameter? hiddenBias) = (cell[0]!, cell[1]!, cell[2], cell[3]);
        Tensor inputs = x.MatMul(weight.T), transposed = hiddenWeight.T;
        if (bias is not null)
        {
            inputs += AddsBiases ? bias.Read() + hiddenBias! : bias;
        }

        var outputs = new Tensor[x.Shape[0]];
        for (int step = 0; step < outputs.Length; step++)
        {
            int t = isReversed ? outputs.Length - 1 - step : step;
            state = Step(inputs.Narrow(0, t, 1).Squeeze(0), transposed, AddsBiases ? null : hiddenBias?.Read(), state);
            outputs[t] = state[0];
        }

        return Tensor.Stack(0, outputs);
    }

    private void MustFit(Tensor x, Tensor?[] initial)
    {
        string layer = GetType().Name;
        Sequences.MustBe(x, layer, _inputSize);
        if (x.Shape[1] == 0)
        {
            throw new ShapeException($"{layer}: a sequence has at least one step, but the input is {x.Type}.");
        }

        var states = new Shape(_cells.Length, x.Shape[0], _hiddenSize);
        foreach (Tensor? state in initial)
        {
            if (state is not null && state.Shape != states)
            {
                throw new ShapeException(
                    $"{layer}: states must be (layers·directions, N, hidden), here {states} for the input {x.Type}, but one is {state.Type}.");
            }
        }
    }
}
