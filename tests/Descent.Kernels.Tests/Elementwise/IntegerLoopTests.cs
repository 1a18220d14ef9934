using System.Runtime.CompilerServices;

namespace Descent.Kernels.Tests;

/// <summary>Formulas over 64-bit integers against C#'s own arithmetic.</summary>
[Trait(SimdTiers.Trait, SimdTiers.All)]
public sealed unsafe class IntegerLoopTests
{
    private const int Length = 64;

    private static readonly long[] s_edges = [0, 1, -1, 2, -7, (1L << 53) + 1, -(1L << 53) - 1, long.MaxValue, long.MinValue, long.MaxValue - 1];

    [Fact]
    public void Formulas_are_exact_beyond_53_bits_and_wrap_around()
    {
        Check<Polynomial>((a, b, c) => unchecked((a * b) + c - 3));
        Check<Extrema>((a, b, c) => Math.Max(Math.Min(a, b), c));
        Check<Branches>((a, b, c) => a > b ? unchecked(-c) : a == b ? 5 : c == long.MinValue ? c : Math.Abs(c));
    }

    [Fact]
    public void A_formula_that_leaves_the_integers_is_refused() =>
        Assert.Throws<NotSupportedException>(() => Check<Quotient>((a, _, _) => a));

    private static void Check<TOp>(Func<long, long, long, long> expected)
        where TOp : struct, ITernaryOp
    {
        long* a = stackalloc long[Length], b = stackalloc long[Length], c = stackalloc long[Length], y = stackalloc long[Length];
        nint* args = stackalloc nint[4];
        (args[0], args[1], args[2], args[3]) = ((nint)a, (nint)b, (nint)c, (nint)y);
        for (int shift = 0; shift < s_edges.Length * s_edges.Length; shift++)
        {
            for (int i = 0; i < Length; i++)
            {
                (a[i], b[i]) = (s_edges[i % s_edges.Length], s_edges[shift % s_edges.Length]);
                c[i] = s_edges[(i + (shift / s_edges.Length)) % s_edges.Length];
            }

            TernaryLoop<TOp>.RunIntegers(args, Length);
            for (int i = 0; i < Length; i++)
            {
                long wanted = expected(a[i], b[i], c[i]);
                Assert.True(wanted == y[i], $"{TOp.Name}({a[i]}, {b[i]}, {c[i]}) is {y[i]}, expected {wanted}.");
            }
        }
    }

    private readonly struct Polynomial : ITernaryOp
    {
        public static string Name => "a·b + c − 3";

        [MethodImpl(Jit.Inline)]
        public static V Forward<V>(V a, V b, V c)
            where V : struct, ILanes<V> => V.MultiplyAdd(a, b, c) - V.Const(3);
    }

    private readonly struct Extrema : ITernaryOp
    {
        public static string Name => "max(min(a, b), c)";

        [MethodImpl(Jit.Inline)]
        public static V Forward<V>(V a, V b, V c)
            where V : struct, ILanes<V> => V.Max(V.Min(a, b), c);
    }

    private readonly struct Branches : ITernaryOp
    {
        public static string Name => "a > b ? −c : a = b ? 5 : |c|";

        [MethodImpl(Jit.Inline)]
        public static V Forward<V>(V a, V b, V c)
            where V : struct, ILanes<V> => V.IfGreater(a, b, -c, V.IfEqual(a, b, V.Const(5), V.Abs(c)));
    }

    private readonly struct Quotient : ITernaryOp
    {
        public static string Name => "a / b";

        [MethodImpl(Jit.Inline)]
        public static V Forward<V>(V a, V b, V c)
            where V : struct, ILanes<V> => a / b;
    }
}
