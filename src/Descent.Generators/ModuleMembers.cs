using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Descent.Generators;

/// <summary>Finds the state of a module class in the order of its declaration, and every place where state is hidden.</summary>
internal static class ModuleMembers
{
    public static IReadOnlyList<ModuleMember> Of(INamedTypeSymbol type, Compilation compilation, List<ModuleFault> faults)
    {
        var members = new List<ModuleMember>();
        foreach (IFieldSymbol field in Fields(type))
        {
            ISymbol symbol = field.AssociatedSymbol ?? field;
            (StateKind kind, StateForm form) = ModuleTypes.Classify(field.Type);
            string? reason = kind == StateKind.None ? WhyHidden(field, symbol, compilation) : WhyUnreachable(field, symbol);
            if (reason is not null)
            {
                faults.Add(ModuleFault.Hidden(SourceName(symbol), Place(field), reason));
            }
            else if (kind != StateKind.None)
            {
                members.Add(new ModuleMember(symbol, field.Type, kind, form));
            }
        }
        FindSameNames(type, members, faults);
        return members;
    }

    // Every auto-property has a field behind it; a computed property has none and is only another view of state that is visited anyway.
    private static IEnumerable<IFieldSymbol> Fields(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>()
            .OrderBy(field => Place(field)?.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(field => Place(field)?.SourceSpan.Start);

    private static Location? Place(IFieldSymbol field) => (field.AssociatedSymbol ?? field).Locations.FirstOrDefault();

    private static string? WhyHidden(IFieldSymbol field, ISymbol symbol, Compilation compilation) =>
        field.IsStatic ? null : ModuleTypes.Hides(field.Type) ?? ClosesOverState(field, symbol, compilation);

    private static string? WhyUnreachable(IFieldSymbol field, ISymbol symbol) => symbol switch
    {
        { IsStatic: true } => "is static, and so part of no module",
        IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 } => "implements an interface explicitly and has no name of its own",
        _ when IsCapturedParameter(field) => "is a parameter of the primary constructor that methods use",
        _ => null,
    };

    // A parameter of the primary constructor that a method uses lives on in a field that no source can name: <inner>P.
    private static bool IsCapturedParameter(IFieldSymbol field) => field.AssociatedSymbol is null && field.Name[0] == '<';

    private static string SourceName(ISymbol symbol) =>
        symbol.Name[0] == '<' ? symbol.Name.Substring(1, symbol.Name.IndexOf('>') - 1) : symbol.Name;

    private static void FindSameNames(INamedTypeSymbol type, List<ModuleMember> members, List<ModuleFault> faults)
    {
        var owners = new Dictionary<string, ISymbol>();
        for (INamedTypeSymbol? at = type.BaseType; at is not null && ModuleTypes.DerivesFromModule(at); at = at.BaseType)
        {
            foreach (ISymbol inherited in Inherited(at))
            {
                owners[StateNames.Of(inherited.Name)] = inherited;
            }
        }
        foreach (ModuleMember member in members)
        {
            if (owners.TryGetValue(member.StateName, out ISymbol? first))
            {
                faults.Add(ModuleFault.SameName(first, member.Symbol, member.StateName));
            }
            else
            {
                owners.Add(member.StateName, member.Symbol);
            }
        }
    }

    // Of a base class in another assembly only the properties can be seen, not whether they are computed.
    private static IEnumerable<ISymbol> Inherited(INamedTypeSymbol type)
    {
        IEnumerable<(ISymbol Symbol, ITypeSymbol Type)> state = type.DeclaringSyntaxReferences.IsEmpty
            ? type.GetMembers().OfType<IPropertySymbol>()
                .Where(p => !p.IsAbstract && !p.IsIndexer && !p.IsStatic)
                .Select(p => ((ISymbol)p, p.Type))
            : type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic).Select(f => (f.AssociatedSymbol ?? f, f.Type));
        return state.Where(member => ModuleTypes.Classify(member.Type).Kind != StateKind.None).Select(member => member.Symbol);
    }

    // A delegate made here from a module: Func<Tensor, Tensor> Head = new Linear(…).Forward.
    private static string? ClosesOverState(IFieldSymbol field, ISymbol symbol, Compilation compilation)
    {
        if (field.Type.TypeKind != TypeKind.Delegate)
        {
            return null;
        }
        foreach (SyntaxReference reference in symbol.DeclaringSyntaxReferences)
        {
            ExpressionSyntax? value = reference.GetSyntax() switch
            {
                PropertyDeclarationSyntax property => property.Initializer?.Value,
                VariableDeclaratorSyntax variable => variable.Initializer?.Value,
                _ => null,
            };
            SemanticModel model = compilation.GetSemanticModel(reference.SyntaxTree);
            foreach (ExpressionSyntax part in value?.DescendantNodesAndSelf().OfType<ExpressionSyntax>() ?? [])
            {
                if (model.GetTypeInfo(part).Type is { } made && ModuleTypes.KindOf(made) != StateKind.None)
                {
                    return $"closes over a {made.Name}";
                }
            }
        }
        return null;
    }
}
