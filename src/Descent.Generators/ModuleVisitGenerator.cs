using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Descent.Generators;

/// <summary>
/// Writes <c>Visit(IStateVisitor)</c> for every class that derives from <c>Descent.Module</c>: its parameters, buffers and child modules
/// under the names that they are saved by. A child that nobody visits trains nothing and says nothing, so that what this generator
/// cannot see is a build error. A class that declares <c>Visit</c> itself is left alone.
/// </summary>
/// <remarks>
/// What no compiler can see stays unseen: a delegate handed in from outside may close over a module. One that is made in the class, from
/// a module, is reported.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class ModuleVisitGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ModuleVisit> modules = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => node is ClassDeclarationSyntax { BaseList: not null }, Read)
            .Where(static visit => visit is not null)!;
        context.RegisterSourceOutput(modules, static (output, visit) =>
        {
            foreach (ModuleFault fault in visit.Faults)
            {
                output.ReportDiagnostic(fault.ToDiagnostic());
            }
            if (visit.Text.Length > 0)
            {
                output.AddSource(visit.FileName, SourceText.From(visit.Text, Encoding.UTF8));
            }
        });
    }

    private static ModuleVisit? Read(GeneratorSyntaxContext context, CancellationToken stop)
    {
        var node = (ClassDeclarationSyntax)context.Node;
        INamedTypeSymbol? type = context.SemanticModel.GetDeclaredSymbol(node, stop);
        return type is not null && ModuleTypes.DerivesFromModule(type) && IsFirstPart(node, type) && !DeclaresVisit(type)
            ? ModuleVisit.Of(type, node, context.SemanticModel.Compilation)
            : null;
    }

    // A partial class may name its base in several places; one of them speaks for all.
    private static bool IsFirstPart(ClassDeclarationSyntax node, INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences
            .Select(part => part.GetSyntax())
            .OfType<ClassDeclarationSyntax>()
            .First(part => part.BaseList is not null) == node;

    private static bool DeclaresVisit(INamedTypeSymbol type) =>
        type.GetMembers("Visit").OfType<IMethodSymbol>().Any(IsVisit);

    private static bool IsVisit(IMethodSymbol method) => method.Parameters.Length == 1 && method.Parameters[0].Type.Name == "IStateVisitor";
}
