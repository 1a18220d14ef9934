namespace Descent.Kernels;

/// <summary>An elementwise function of one argument: <c>y = f(x)</c>.</summary>
public interface IUnaryOp
{
    /// <summary>The name users see in errors and plans.</summary>
    static abstract string Name { get; }

    /// <summary>The interval that tests sample.</summary>
    static virtual (double Low, double High) Domain => (-4, 4);

    static abstract V Forward<V>(V x)
        where V : struct, ILanes<V>;

    /// <summary>dx, given x, y = f(x) and the upstream gradient dy.</summary>
    static abstract V Backward<V>(V x, V y, V dy)
        where V : struct, ILanes<V>;
}

/// <summary>An elementwise function of two arguments: <c>y = f(a, b)</c>.</summary>
public interface IBinaryOp
{
    /// <inheritdoc cref="IUnaryOp.Name"/>
    static abstract string Name { get; }

    /// <summary>The intervals that tests sample a and b from.</summary>
    static virtual (double Low, double High) Domain => (-4, 4);

    static abstract V Forward<V>(V a, V b)
        where V : struct, ILanes<V>;

    /// <summary>da, given a, b, y = f(a, b) and the upstream gradient dy.</summary>
    static abstract V BackwardA<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V>;

    /// <summary>db, given a, b, y = f(a, b) and the upstream gradient dy.</summary>
    static abstract V BackwardB<V>(V a, V b, V y, V dy)
        where V : struct, ILanes<V>;
}

/// <summary>An elementwise function of three arguments without a gradient rule of its own.</summary>
public interface ITernaryOp
{
    /// <inheritdoc cref="IUnaryOp.Name"/>
    static abstract string Name { get; }

    static abstract V Forward<V>(V a, V b, V c)
        where V : struct, ILanes<V>;
}

/// <summary>
/// One step of an optimizer for one element: parameter θ, gradient g and up to three state values.
/// A rule is a struct of <c>float</c> fields only; they are read through <see cref="ILanes{V}.Uniform"/> and given anew for every launch.
/// </summary>
public interface IUpdateRule
{
    /// <summary>How many of the three state values the rule uses.</summary>
    static abstract int States { get; }

    void Step<V>(ref V theta, V g, ref V s0, ref V s1, ref V s2)
        where V : struct, ILanes<V>;
}
