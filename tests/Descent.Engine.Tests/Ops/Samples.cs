using System.Reflection;
using Descent.Kernels;
using static Descent.Engine.Tests.Sample;

namespace Descent.Engine.Tests;

/// <summary>
/// The table: at least one row per op of the engine. A new op adds its rows here and is tested; a new formula needs not even that.
/// </summary>
internal static partial class Samples
{
    public static IReadOnlyList<Sample> All { get; } = [.. Formulas(), .. Structured(), .. LinearAlgebra()];

    public static Sample Named(string name) => All.Single(s => s.Name == name);

    /// <summary>Every elementwise formula of the engine, found by its interface.</summary>
    private static IEnumerable<Sample> Formulas()
    {
        MethodInfo unary = typeof(Samples).GetMethod(nameof(Unary), BindingFlags.NonPublic | BindingFlags.Static)!;
        MethodInfo binary = typeof(Samples).GetMethod(nameof(Binary), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (Type type in typeof(Tensor).Assembly.GetTypes().Where(t => t.IsValueType))
        {
            MethodInfo? rows = type.IsAssignableTo(typeof(IUnaryOp)) ? unary : type.IsAssignableTo(typeof(IBinaryOp)) ? binary : null;
            if (rows is not null)
            {
                foreach (Sample sample in (IEnumerable<Sample>)rows.MakeGenericMethod(type).Invoke(null, null)!)
                {
                    yield return sample;
                }
            }
        }
    }

    private static IEnumerable<Sample> Unary<T>()
        where T : struct, IUnaryOp
    {
        (double low, double high) = T.Domain;
        foreach (Shape shape in new Shape[] { new(), new(17), new(3, 1, 5), new(2, 0, 3) })
        {
            yield return new Sample($"{T.Name} {shape}", typeof(Unary<T>), t => t[0].Map<T>(), shape, Numbers(shape, low, high));
        }

        yield return new Sample(
            $"{T.Name}-backward (7)", typeof(UnaryBackward<T>), t => Backward<T>(t[0], t[1]), new(7),
            Numbers(new(7), low, high), Numbers(new(7), seed: 2));
    }

    /// <summary>The backward op over an x that it is differentiated by, with the y that belongs to it.</summary>
    private static Tensor Backward<T>(Tensor x, Tensor dy)
        where T : struct, IUnaryOp => Tensor.Apply(UnaryBackward<T>.Op, x, x.Map<T>(), dy);

    private static IEnumerable<Sample> Binary<T>()
        where T : struct, IBinaryOp
    {
        (double low, double high) = T.Domain;
        (Shape A, Shape B, Shape Y)[] shapes =
        [
            (new(), new(), new()),
            (new(13), new(13), new(13)),
            (new(3, 1, 5), new(2, 1), new(3, 2, 5)),
            (new(2, 3), new(), new(2, 3)),
            (new(0, 3), new(1, 3), new(0, 3)),
        ];
        foreach ((Shape a, Shape b, Shape y) in shapes)
        {
            // Away from 0: quotients and their derivatives grow without bound near it.
            bool divides = typeof(T) == typeof(Divide);
            Tensor second = divides ? Numbers(b, 0.5, 3, seed: 2) : Numbers(b, low, high, seed: 2);
            yield return new Sample(
                $"{T.Name} {a} {b}", typeof(Binary<T>), t => Tensor.Map<T>(t[0], t[1]), y, Numbers(a, low, high), second);
        }
    }
}
