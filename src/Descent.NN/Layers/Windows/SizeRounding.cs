namespace Descent;

/// <summary>
/// What a layer does where its windows, stride by stride, do not end at the edge: (n + padding − window) / stride is no whole number.
/// </summary>
public enum SizeRounding
{
    /// <summary>An error that says so with the numbers: elements that nothing reads are more often a mistake than a wish.</summary>
    Exact,

    /// <summary>Rounded down: what is left over at the end is not read. PyTorch does so unasked.</summary>
    Floor,

    /// <summary>
    /// Rounded up: the last window reaches over the edge, if it begins before it. What lies there is padding, but a mean does not count it
    /// (PyTorch's <c>ceil_mode</c>).
    /// </summary>
    Ceiling,
}
