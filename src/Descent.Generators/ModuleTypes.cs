using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Descent.Generators;

/// <summary>Tells which types hold the state of a module, and which could hide it.</summary>
internal static class ModuleTypes
{
    public static bool DerivesFromModule(ITypeSymbol type) => type.BaseType is { } parent && IsOrDerives(parent, "Module");

    /// <summary>What a member of this type is to Visit; None where it is no state, or state in a form that Visit cannot see.</summary>
    public static (StateKind Kind, StateForm Form) Classify(ITypeSymbol type)
    {
        if (KindOf(type) is var kind && kind != StateKind.None)
        {
            return (kind, StateForm.One);
        }
        if (type is IArrayTypeSymbol { Rank: 1 } array)
        {
            return (KindOf(array.ElementType), StateForm.Array);
        }
        if (type is not INamedTypeSymbol named || !IsSystem(named))
        {
            return (StateKind.None, StateForm.One);
        }
        if (named is { Name: "ImmutableArray", TypeArguments.Length: 1 })
        {
            return (KindOf(named.TypeArguments[0]), StateForm.Array);
        }
        return named.AllInterfaces.Insert(0, named).Select(ClassifyCollection).FirstOrDefault(found => found.Kind != StateKind.None);
    }

    private static (StateKind Kind, StateForm Form) ClassifyCollection(INamedTypeSymbol face) => face.MetadataName switch
    {
        "IReadOnlyList`1" or "IList`1" => (KindOf(face.TypeArguments[0]), StateForm.List),
        "IReadOnlyDictionary`2" when face.TypeArguments[0].SpecialType == SpecialType.System_String =>
            (KindOf(face.TypeArguments[1]), StateForm.Named),
        _ => (StateKind.None, StateForm.One),
    };

    /// <summary>Why a member of a type that <see cref="Classify"/> found to be no state could hide some; null where it cannot.</summary>
    public static string? Hides(ITypeSymbol type)
    {
        string shown = type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        if (IsOpaque(type, top: true))
        {
            return $"has the type {shown}, which may hold a module unseen";
        }
        return Contains(type, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default)) is { } found
            ? $"holds a {found} inside {shown}"
            : null;
    }

    public static StateKind KindOf(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Select(KindOf).FirstOrDefault(kind => kind != StateKind.None),
        _ when IsOrDerives(type, "Module") => StateKind.Module,
        _ when IsOrDerives(type, "Parameter") => StateKind.Parameter,
        _ when IsOrDerives(type, "Buffer") => StateKind.Buffer,
        _ => StateKind.None,
    };

    private static bool IsOrDerives(ITypeSymbol type, string name)
    {
        for (ITypeSymbol? at = type; at is not null; at = at.BaseType)
        {
            if (at.Name == name && at.ContainingType is null
                && at.ContainingNamespace is { Name: "Descent", ContainingNamespace.IsGlobalNamespace: true })
            {
                return true;
            }
        }
        return false;
    }

    // A type that says nothing of what it holds. Interfaces of the base library are harmless unless they are untyped collections; any other
    // interface may be implemented by a module, if not here then in a project that uses this one.
    private static bool IsOpaque(ITypeSymbol type, bool top) => type switch
    {
        { SpecialType: SpecialType.System_Object } or { TypeKind: TypeKind.Dynamic } => true,
        ITypeParameterSymbol any => !any.IsValueType && !any.ConstraintTypes.Any(bound => bound.TypeKind == TypeKind.Class),
        IArrayTypeSymbol array => IsOpaque(array.ElementType, top: false),
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } => false,
        INamedTypeSymbol { TypeKind: TypeKind.Interface } face when !IsSystem(face) => true,
        INamedTypeSymbol { IsGenericType: false } untyped when top && IsSystem(untyped) =>
            untyped.ContainingNamespace.ToDisplayString() == "System.Collections",
        INamedTypeSymbol { IsGenericType: true } generic when IsSystem(generic) && HoldsItsArguments(generic) =>
            generic.TypeArguments.Any(argument => IsOpaque(argument, top: false)),
        _ => false,
    };

    // IComparer<T> and IEquatable<T> speak about their argument; collections, tuples, Lazy and Nullable hold it.
    private static bool HoldsItsArguments(INamedTypeSymbol type) =>
        type.IsTupleType || type.Name is "Lazy" or "Nullable" or "KeyValuePair" or "WeakReference" || type.Name == "IEnumerable"
        || type.AllInterfaces.Any(face => face.Name == "IEnumerable");

    // The name of a module, parameter or buffer somewhere inside a type: in its arguments, its elements, or what its own class keeps.
    private static string? Contains(ITypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        if (KindOf(type) != StateKind.None)
        {
            return type.Name;
        }
        if (!seen.Add(type) || IsOrDerives(type, "Tensor"))
        {
            return null; // A tensor is a value, whatever it was computed from.
        }
        if (type is IArrayTypeSymbol array)
        {
            return Contains(array.ElementType, seen);
        }
        if (type is not INamedTypeSymbol named)
        {
            return null;
        }
        IEnumerable<ITypeSymbol> parts = named.TypeArguments;
        if (named.TypeKind == TypeKind.Delegate)
        {
            parts = named.DelegateInvokeMethod is { } invoke ? invoke.Parameters.Select(p => p.Type).Append(invoke.ReturnType) : parts;
        }
        else if (!IsSystem(named) && named.TypeKind is TypeKind.Class or TypeKind.Struct)
        {
            parts = parts.Concat(Kept(named));
        }
        return parts.Select(part => Contains(part, seen)).FirstOrDefault(found => found is not null);
    }

    // Another assembly shows its properties but not the fields behind them, so that both are asked.
    private static IEnumerable<ITypeSymbol> Kept(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? at = type; at is not null; at = at.BaseType)
        {
            if (IsSystem(at))
            {
                // class Layers : List<Linear>
                foreach (ITypeSymbol argument in at.TypeArguments)
                {
                    yield return argument;
                }
                yield break;
            }
            bool outside = at.DeclaringSyntaxReferences.IsEmpty;
            foreach (ISymbol member in at.GetMembers().Where(member => !member.IsStatic))
            {
                if (member is IFieldSymbol field)
                {
                    yield return field.Type;
                }
                else if (outside && member is IPropertySymbol { IsIndexer: false } property)
                {
                    yield return property.Type;
                }
            }
        }
    }

    private static bool IsSystem(ITypeSymbol type)
    {
        for (INamespaceSymbol? at = type.ContainingNamespace; at is { IsGlobalNamespace: false }; at = at.ContainingNamespace)
        {
            if (at.ContainingNamespace.IsGlobalNamespace)
            {
                return at.Name is "System" or "Microsoft";
            }
        }
        return type.SpecialType != SpecialType.None;
    }
}
