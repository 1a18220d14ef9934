using System.Numerics;

namespace Descent;

/// <summary>
/// Sums the gradients of micro-batches in a pairwise tree by index, with the carry rule of a binary counter:
/// level k holds the sum of 2ᵏ consecutive micro-batches, and two full levels make one of the next.
/// </summary>
internal sealed class Accumulator(IReadOnlyList<Parameter> parameters)
{
    /// <summary>For each level one cell per parameter, null where there is no gradient, and last the loss.</summary>
    private readonly List<StateCell?[]> _levels = [];
    private Tensor? _meanLoss;

    /// <summary>The number of micro-batches summed so far.</summary>
    public int Count { get; private set; }

    /// <summary>The writes that add one micro-batch; a null part is a frozen parameter.</summary>
    public List<Effect> Add(Tensor loss, Tensor?[] parts)
    {
        Tensor?[] carry = [.. parts, loss];
        int level = BitOperations.TrailingZeroCount(~Count);
        for (int below = 0; below < level; below++)
        {
            carry = Sum(_levels[below], carry);
        }

        while (_levels.Count <= level)
        {
            _levels.Add(new StateCell?[parts.Length + 1]);
        }

        var effects = new List<Effect>();
        for (int i = 0; i < carry.Length; i++)
        {
            if (carry[i] is { } value)
            {
                StateCell cell = _levels[level][i] ??= new StateCell(Tensor.Zeros(value.Shape, value.DType, value.Device))
                {
                    Name = i < parameters.Count ? $"{parameters[i].Name}.accumulated{level}" : $"loss.accumulated{level}",
                };
                effects.Add(new Effect(cell, value));
            }
            else
            {
                _levels[level][i] = null;
            }
        }

        return effects;
    }

    public void Added() => Count++;

    /// <summary>The mean gradients; levels that are left over join from the smallest up.</summary>
    public Gradients Mean()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("Step: nothing has been accumulated; call Accumulate first, or give Step the gradients.");
        }

        Tensor?[]? sum = null;
        for (int level = 0; level < _levels.Count; level++)
        {
            if ((Count >> level & 1) != 0)
            {
                sum = sum is null ? [.. _levels[level].Select(cell => cell?.Read())] : Sum(_levels[level], sum);
            }
        }

        double scale = 1.0 / Count;
        _meanLoss = sum![^1]! * scale;
        var found = new List<(Parameter, Tensor)>();
        for (int i = 0; i < parameters.Count; i++)
        {
            if (sum[i] is { } total && !parameters[i].IsFrozen)
            {
                found.Add((parameters[i], total * scale));
            }
        }

        return new Gradients(_meanLoss, found);
    }

    /// <summary>True for the loss of the gradients that <see cref="Mean"/> gave, clipped or not.</summary>
    public bool IsLoss(Tensor loss) => ReferenceEquals(loss, _meanLoss);

    public void Clear() => (Count, _meanLoss) = (0, null);

    /// <summary>Older plus newer, so that the order of every addition is that of the indices.</summary>
    private static Tensor?[] Sum(StateCell?[] older, Tensor?[] newer)
    {
        var sum = new Tensor?[newer.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = (older[i], newer[i]) switch
            {
                ({ } a, { } b) => a.Read() + b,
                ({ } a, null) => a.Read(),
                (null, var b) => b,
            };
        }

        return sum;
    }
}
