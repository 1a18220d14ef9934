namespace Descent;

/// <summary>Parameters as one column of doubles, for methods that know how they depend on each other.</summary>
internal sealed class FlatParameters
{
    /// <summary>A matrix of so many rows and columns takes 128 MiB.</summary>
    private const int Most = 4096;

    private readonly IReadOnlyList<Parameter> _parameters;

    /// <exception cref="ArgumentException">There are too many numbers.</exception>
    public FlatParameters(IReadOnlyList<Parameter> parameters, string optimizer)
    {
        _parameters = parameters;
        long count = parameters.Sum(p => p.Shape.Count);
        Count = count <= Most
            ? (int)count
            : throw new ArgumentException(
                $"{optimizer}: it keeps a matrix over all pairs of numbers, at most {Most:N0} of them, but the parameters have {count:N0}; use Lbfgs.",
                nameof(parameters));
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>One value for each parameter, of its shape, to a column (n, 1); null is zero.</summary>
    public Tensor Join(IReadOnlyList<Tensor?> values) => Tensor.Concat(
        0, [.. _parameters.Select((p, i) => (values[i] ?? Tensor.Zeros(p.Shape, p.DType, p.Device)).To(DType.F64).Reshape(-1, 1))]);

    /// <summary>A column (n, 1) to one value for each parameter, of its shape and type.</summary>
    public Tensor[] Split(Tensor column)
    {
        var values = new Tensor[_parameters.Count];
        int start = 0;
        for (int i = 0; i < values.Length; i++)
        {
            Parameter p = _parameters[i];
            int count = checked((int)p.Shape.Count);
            values[i] = column.Narrow(0, start, count).Reshape(p.Shape).To(p.DType);
            start += count;
        }

        return values;
    }
}
