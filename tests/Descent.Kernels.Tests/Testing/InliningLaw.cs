using System.Reflection;
using System.Runtime.CompilerServices;

namespace Descent.Kernels.Tests;

/// <summary>
/// Lane members, formulas and the functions they call carry <see cref="Jit.Inline"/>, loops carry <see cref="Jit.Hot"/>:
/// one call that is not inlined passes every vector through memory.
/// </summary>
internal static class InliningLaw
{
    /// <summary>The methods of <paramref name="assembly"/> that break the law, as <c>Type.Method</c>.</summary>
    public static IEnumerable<string> Offenders(Assembly assembly) =>
        from type in assembly.GetTypes()
        where !type.IsInterface
        from method in type.GetMethods(
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where IsLaneMember(type, method) || IsOverLanes(method)
        where (method.MethodImplementationFlags & (MethodImplAttributes.AggressiveInlining | MethodImplAttributes.AggressiveOptimization)) == 0
        select $"{type.Name}.{method.Name}";

    private static bool IsLaneMember(Type type, MethodInfo method) =>
        IsLanes(type)
        && !method.IsDefined(typeof(CompilerGeneratedAttribute))
        && method.GetBaseDefinition().DeclaringType == type;

    /// <summary>A generic method over lanes: a formula, a polynomial, the body of a loop.</summary>
    private static bool IsOverLanes(MethodInfo method) =>
        method.IsGenericMethodDefinition
        && method.GetGenericArguments().Any(argument => argument.GetGenericParameterConstraints().Any(IsLanes));

    private static bool IsLanes(Type constraint) => constraint.GetInterfaces().Prepend(constraint).Any(
        i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ILanes<>));
}

public sealed class InliningLawTests
{
    [Fact]
    public void Every_lane_member_and_formula_asks_to_be_inlined() =>
        Assert.Empty(InliningLaw.Offenders(typeof(F32x16).Assembly));

    [Fact]
    public void The_law_sees_lanes_formulas_and_loops()
    {
        string[] offenders = [.. InliningLaw.Offenders(typeof(InliningLawTests).Assembly)];
        Assert.Contains($"{nameof(Forgetful)}.{nameof(Forgetful.Forward)}", offenders);
        Assert.DoesNotContain($"{nameof(Forgetful)}.{nameof(Forgetful.Backward)}", offenders);
        Assert.DoesNotContain(offenders, name => name.StartsWith(nameof(ExpOp), StringComparison.Ordinal));
    }

    private readonly struct Forgetful : IUnaryOp
    {
        public static string Name => "forgetful";

        public static V Forward<V>(V x)
            where V : struct, ILanes<V> => x;

        [MethodImpl(Jit.Inline)]
        public static V Backward<V>(V x, V y, V dy)
            where V : struct, ILanes<V> => dy;
    }
}
