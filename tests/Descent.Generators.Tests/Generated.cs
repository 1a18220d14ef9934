using System.Collections.Immutable;
using Descent.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Descent.Generators.Tests;

/// <summary>Runs the generator over a snippet, together with the few types of the library that it knows by name.</summary>
internal static class Generated
{
    private const string Library =
        """
        namespace Descent
        {
            public class Tensor { }
            public class Parameter { }
            public class Buffer { }
            public interface IStateVisitor
            {
                void Parameter(string name, Parameter? parameter);
                void Buffer(string name, Buffer? buffer);
                void Module(string name, Module? module);
            }
            public abstract class Module
            {
                public virtual void Visit(IStateVisitor visitor) { }
            }
            public sealed partial class Linear : Module
            {
                public Parameter Weight { get; } = new();
                public Tensor Forward(Tensor x) => x;
            }
        }
        """;

    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Collections.Immutable;
        global using System.Linq;
        global using Descent;
        """;

    private static readonly MetadataReference[] Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The compilation with what was generated, and the generator's own diagnostics.</summary>
    public static (Compilation Compilation, ImmutableArray<Diagnostic> Faults) Run(params string[] sources)
    {
        GeneratorDriver driver = Driver().RunGeneratorsAndUpdateCompilation(Compile(sources), out Compilation output, out _);
        return (output, driver.GetRunResult().Diagnostics);
    }

    /// <summary>The body of Visit that is written for the class named Net; the snippet must compile with it, without a warning.</summary>
    public static string Visit(params string[] sources)
    {
        (Compilation compilation, ImmutableArray<Diagnostic> faults) = Run(sources);
        Assert.Empty(faults);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        SyntaxTree written = compilation.SyntaxTrees.Single(
            tree => Path.GetFileName(tree.FilePath).Contains("Net", StringComparison.Ordinal));
        string[] lines = written.ToString().Split('\n');
        int start = Array.FindIndex(lines, line => line.Contains("void Visit", StringComparison.Ordinal));
        return string.Join('\n', lines[(start + 2)..].TakeWhile(line => line != "    }").Select(line => line[8..]));
    }

    /// <summary>The generator's errors, as "DSC002 at line 3: text", lines counted in the snippet.</summary>
    public static string[] Errors(string source)
    {
        (_, ImmutableArray<Diagnostic> faults) = Run(source);
        Assert.All(faults, fault => Assert.Equal(DiagnosticSeverity.Error, fault.Severity));
        return [.. faults.Select(f => $"{f.Id} at line {Line(f)}: {f.GetMessage(null)}")];
    }

    private static int Line(Diagnostic fault) => fault.Location.GetLineSpan().StartLinePosition.Line + 1;

    public static CSharpCompilation Compile(params string[] sources)
    {
        // The newest language version that this compiler package knows.
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        IEnumerable<SyntaxTree> trees = sources.Select((text, i) => CSharpSyntaxTree.ParseText(text, options, $"Snippet{i}.cs"));
        return CSharpCompilation.Create(
            "Snippet",
            [
                CSharpSyntaxTree.ParseText(Library, options, "Library.cs"),
                CSharpSyntaxTree.ParseText(Usings, options, "Usings.cs"),
                .. trees,
            ],
            Framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new ModuleVisitGenerator().AsSourceGenerator()],
        parseOptions: new CSharpParseOptions(LanguageVersion.Preview),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
}
