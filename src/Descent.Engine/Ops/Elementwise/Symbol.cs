using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent;

/// <summary>
/// Lanes that build graph nodes: a formula run over symbols is its own expansion into primitive ops.
/// Numbers fold until they meet a tensor, whose element type they take.
/// </summary>
internal readonly struct Symbol : ILanes<Symbol>
{
    private readonly Tensor? _node;
    private readonly double _number;

    private Symbol(Tensor? node, double number) => (_node, _number) = (node, number);

    /// <summary>The node; a formula that is a mere number has none.</summary>
    public Tensor Node => _node ?? Tensor.Scalar(_number);

    public static implicit operator Symbol(Tensor node) => new(node, 0);

    public static Symbol Const(double value) => new(null, value);

    public static Symbol Uniform(float value, [CallerArgumentExpression(nameof(value))] string name = "") => new(null, value);

    public static Symbol operator +(Symbol a, Symbol b) =>
        a.IsNumber && b.IsNumber ? Const(a._number + b._number)
        : a.IsExactly(0) ? b
        : b.IsExactly(0) ? a
        : Of(a, b, static (x, y) => x + y);

    public static Symbol operator -(Symbol a, Symbol b) =>
        a.IsNumber && b.IsNumber ? Const(a._number - b._number)
        : b.IsExactly(0) ? a
        : Of(a, b, static (x, y) => x - y);

    public static Symbol operator *(Symbol a, Symbol b) =>
        a.IsNumber && b.IsNumber ? Const(a._number * b._number)
        : a.IsExactly(1) ? b
        : b.IsExactly(1) ? a
        : Of(a, b, static (x, y) => x * y);

    public static Symbol operator /(Symbol a, Symbol b) =>
        a.IsNumber && b.IsNumber ? Const(a._number / b._number)
        : b.IsExactly(1) ? a
        : Of(a, b, static (x, y) => x / y);

    public static Symbol operator -(Symbol a) => a.IsNumber ? Const(-a._number) : -a._node!;

    public static Symbol MultiplyAdd(Symbol a, Symbol b, Symbol c) => (a * b) + c;

    public static Symbol Max(Symbol a, Symbol b) => Of(a, b, static (x, y) => x.Max(y));

    public static Symbol Min(Symbol a, Symbol b) => Of(a, b, static (x, y) => x.Min(y));

    public static Symbol Abs(Symbol a) => a.Node.Abs();

    public static Symbol Sqrt(Symbol a) => a.Node.Sqrt();

    public static Symbol Floor(Symbol a) => a.Node.Floor();

    public static Symbol Exp(Symbol a) => a.Node.Exp();

    public static Symbol Log(Symbol a) => a.Node.Log();

    public static Symbol Pow(Symbol a, Symbol b) => Of(a, b, static (x, y) => x.Pow(y));

    public static Symbol Sin(Symbol a) => a.Node.Sin();

    public static Symbol Cos(Symbol a) => a.Node.Cos();

    public static Symbol Tanh(Symbol a) => a.Node.Tanh();

    public static Symbol Erf(Symbol a) => a.Node.Erf();

    public static Symbol IfGreater(Symbol a, Symbol b, Symbol then, Symbol otherwise) =>
        Choose(Of(a, b, static (x, y) => x.Greater(y)), then, otherwise);

    public static Symbol IfEqual(Symbol a, Symbol b, Symbol then, Symbol otherwise) =>
        Choose(Of(a, b, static (x, y) => x.EqualTo(y)), then, otherwise);

    private bool IsNumber => _node is null;

    private bool IsExactly(double value) => _node is null && _number == value;

    private Tensor As(Tensor like) => _node ?? Tensor.Scalar(_number, like.DType, like.Device);

    private static Symbol Of(Symbol a, Symbol b, Func<Tensor, Tensor, Tensor> op)
    {
        Tensor like = a._node ?? b._node ?? Tensor.Scalar(0);
        return op(a.As(like), b.As(like));
    }

    private static Symbol Choose(Symbol condition, Symbol then, Symbol otherwise)
    {
        // A number between two numbers still needs an element type: that of the compared values would be lost, so f32 stands.
        Tensor like = then._node ?? otherwise._node ?? Tensor.Scalar(0);
        return Tensor.Select(condition.Node, then.As(like), otherwise.As(like));
    }
}

/// <summary>Which of the first two arguments a backward formula reads.</summary>
internal readonly record struct Reads(bool First, bool Second);

/// <summary>Lanes that only remember which arguments a formula has touched.</summary>
internal readonly struct ReadsLanes : ILanes<ReadsLanes>
{
    private readonly int _mask;

    private ReadsLanes(int mask) => _mask = mask;

    public static Reads Of(Func<ReadsLanes, ReadsLanes, ReadsLanes, ReadsLanes> formula)
    {
        int mask = formula(new(1), new(2), new(4))._mask;
        return new Reads((mask & 1) != 0, (mask & 2) != 0);
    }

    public static ReadsLanes Const(double value) => default;

    public static ReadsLanes Uniform(float value, [CallerArgumentExpression(nameof(value))] string name = "") => default;

    public static ReadsLanes operator +(ReadsLanes a, ReadsLanes b) => new(a._mask | b._mask);

    public static ReadsLanes operator -(ReadsLanes a, ReadsLanes b) => new(a._mask | b._mask);

    public static ReadsLanes operator *(ReadsLanes a, ReadsLanes b) => new(a._mask | b._mask);

    public static ReadsLanes operator /(ReadsLanes a, ReadsLanes b) => new(a._mask | b._mask);

    public static ReadsLanes operator -(ReadsLanes a) => a;

    public static ReadsLanes MultiplyAdd(ReadsLanes a, ReadsLanes b, ReadsLanes c) => a + b + c;

    public static ReadsLanes Max(ReadsLanes a, ReadsLanes b) => a + b;

    public static ReadsLanes Min(ReadsLanes a, ReadsLanes b) => a + b;

    public static ReadsLanes Abs(ReadsLanes a) => a;

    public static ReadsLanes Sqrt(ReadsLanes a) => a;

    public static ReadsLanes Floor(ReadsLanes a) => a;

    public static ReadsLanes Exp(ReadsLanes a) => a;

    public static ReadsLanes Log(ReadsLanes a) => a;

    public static ReadsLanes Pow(ReadsLanes a, ReadsLanes b) => a + b;

    public static ReadsLanes Sin(ReadsLanes a) => a;

    public static ReadsLanes Cos(ReadsLanes a) => a;

    public static ReadsLanes Tanh(ReadsLanes a) => a;

    public static ReadsLanes Erf(ReadsLanes a) => a;

    public static ReadsLanes IfGreater(ReadsLanes a, ReadsLanes b, ReadsLanes then, ReadsLanes otherwise) => a + b + then + otherwise;

    public static ReadsLanes IfEqual(ReadsLanes a, ReadsLanes b, ReadsLanes then, ReadsLanes otherwise) => a + b + then + otherwise;
}
