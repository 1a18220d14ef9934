using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Descent.Generators.Tests;

public class ModuleVisitTests
{
    [Fact]
    public void State_is_visited_in_the_order_of_declaration_after_the_base_class() => Assert.Equal(
        """
        base.Visit(visitor);
        visitor.Module("conv1", this.Conv1);
        visitor.Parameter("in_proj_weight", this.InProjWeight);
        visitor.Buffer("running_mean", this.RunningMean);
        visitor.Module("head", this._head);
        visitor.Parameter("bias", this.Bias);
        """,
        Generated.Visit(
            """
            public partial class Net(bool bias) : Module
            {
                public Linear Conv1 { get; } = new();
                private Parameter InProjWeight { get; } = new();
                public Descent.Buffer RunningMean { get; } = new();
                private readonly Linear _head = new();
                public Parameter? Bias { get; } = bias ? new() : null;
                public int Steps { get; set; }
                public Linear Head => _head;
            }
            """));

    [Theory]
    [InlineData("Linear[]", "Length")]
    [InlineData("ImmutableArray<Linear>", "Length")]
    [InlineData("List<Linear>", "Count")]
    [InlineData("IReadOnlyList<Linear?>", "Count")]
    [InlineData("IList<Module>", "Count")]
    [InlineData("System.Collections.ObjectModel.ReadOnlyCollection<Linear>", "Count")]
    [InlineData("ImmutableList<Linear>", "Count")]
    public void Elements_are_visited_by_index(string type, string count)
    {
        string visit = Generated.Visit(
            $$"""public partial class Net({{type}} layers) : Module { public {{type}} Layers { get; } = layers; }""");
        Assert.Contains($"for (int i = 0; i < this.Layers.{count}; i++)", visit, StringComparison.Ordinal);
        Assert.Contains("""visitor.Module(ElementNames.layers[i], this.Layers[i]);""", visit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dictionary<string, Linear>")]
    [InlineData("IReadOnlyDictionary<string, Linear>")]
    [InlineData("System.Collections.Frozen.FrozenDictionary<string, Linear>")]
    public void Named_children_are_visited_in_the_order_of_their_keys(string type) => Assert.Contains(
        "visitor.Module(name, this.Heads[key]);",
        Generated.Visit($$"""public partial class Net({{type}} heads) : Module { public {{type}} Heads { get; } = heads; }"""),
        StringComparison.Ordinal);

    [Fact]
    public void Lists_of_parameters_and_buffers_are_state() => Assert.Equal(
        """
        base.Visit(visitor);
        for (int i = 0; i < this.Scales.Length; i++)
        {
            visitor.Parameter(ElementNames.scales[i], this.Scales[i]);
        }
        for (int i = 0; i < this.Means.Count; i++)
        {
            visitor.Buffer(ElementNames.means[i], this.Means[i]);
        }
        """,
        Generated.Visit(
            """
            public partial class Net : Module
            {
                public Parameter[] Scales { get; } = [];
                public List<Descent.Buffer> Means { get; } = [];
            }
            """));

    [Fact]
    public void Class_may_be_generic_nested_abstract_and_in_several_files() => Assert.Equal(
        """
        base.Visit(visitor);
        visitor.Module("body", this.Body);
        visitor.Module("event", this.@event);
        """,
        Generated.Visit(
            """
            namespace Vision.Models;
            public static partial class Zoo
            {
                public abstract partial class Net<T>(T body) : Module where T : Module { public T Body { get; } = body; }
            }
            """,
            """
            namespace Vision.Models;
            public static partial class Zoo
            {
                partial class Net<T> { private readonly Linear @event = new(); }
            }
            """));

    [Fact]
    public void Inherited_state_is_visited_by_the_class_that_declares_it() => Assert.Equal(
        """
        base.Visit(visitor);
        visitor.Module("extra", this.Extra);
        """,
        Generated.Visit(
            """
            public partial class Body : Module { public Linear First { get; } = new(); }
            public partial class Net : Body { public Linear Extra { get; } = new(); }
            """));

    [Fact]
    public void Class_that_declares_Visit_is_left_alone()
    {
        (Compilation compilation, _) = Generated.Run(
            """
            public class Net : Module
            {
                public Linear A { get; } = new();
                public override void Visit(IStateVisitor visitor) => visitor.Module("0", A);
            }
            """);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void Values_that_cannot_hold_state_are_let_pass() => Assert.Equal(
        """
        base.Visit(visitor);
        visitor.Module("body", this.Body);
        """,
        Generated.Visit(
            """
            public sealed class Settings { public int Width { get; set; } public object Lock { get; } = new(); }
            public partial class Net(Func<Tensor, Tensor> activation, IComparer<string> order) : Module
            {
                public Linear Body { get; } = new();
                public Tensor? Last { get; set; }
                public string Name { get; } = "";
                public double[] Rates { get; } = [];
                public (int Width, string Name) Pair { get; }
                public Settings Settings { get; } = new();
                public Dictionary<string, int> Counts { get; } = [];
                public Action<string>? Log { get; set; }
                public Func<Tensor, Tensor> Squash { get; } = x => x;
                public static int Instances { get; set; }
                public Tensor Forward(Tensor x) => order.Compare("", "") > 0 ? x : activation(x);
            }
            """));

    [Fact]
    public void Written_code_runs_skips_what_is_null_and_allocates_nothing()
    {
        (Compilation compilation, _) = Generated.Run(
            """
            public partial class Net : Module
            {
                public Linear Stem { get; } = new();
                public Linear[]? None { get; }
                public ImmutableArray<Linear> Unset { get; }
                public List<Linear?> Layers { get; } = [new(), null, new()];
                public Dictionary<string, Linear> Heads { get; } = new() { ["b"] = new(), ["a"] = new() };
                public Parameter[] Params { get; } = [.. Enumerable.Range(0, 10).Select(_ => new Parameter())];
            }
            public sealed class Names : IStateVisitor
            {
                private readonly List<string> _names = [];
                private string _path = "";
                public void Parameter(string name, Parameter? parameter) => _names.Add(_path + name);
                public void Buffer(string name, Descent.Buffer? buffer) => _names.Add(_path + name);
                public void Module(string name, Module? module)
                {
                    string path = _path;
                    _path += name + ".";
                    module?.Visit(this);
                    _path = path;
                }
                public static string Of() { var names = new Names(); new Net().Visit(names); return string.Join(' ', names._names); }
                public static long BytesOfOneVisit()
                {
                    var net = new Net();
                    var count = new Count();
                    net.Visit(count);
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    net.Visit(count);
                    return GC.GetAllocatedBytesForCurrentThread() - before;
                }
            }
            public sealed class Count : IStateVisitor
            {
                private int _count;
                public void Parameter(string name, Parameter? parameter) => _count++;
                public void Buffer(string name, Descent.Buffer? buffer) => _count++;
                public void Module(string name, Module? module) => _count++;
            }
            """);
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        Assembly assembly = Assembly.Load(image.ToArray());
        object? names = assembly.GetType("Names")!.GetMethod("Of")!.Invoke(null, null);
        Assert.Equal(
            "stem.weight layers.0.weight layers.2.weight heads.a.weight heads.b.weight "
            + string.Join(' ', Enumerable.Range(0, 10).Select(i => $"params.{i}")),
            names);
        object? bytes = assembly.GetType("Names")!.GetMethod("BytesOfOneVisit")!.Invoke(null, null);
        Assert.Equal(0L, bytes);
    }

    [Fact]
    public void Module_that_did_not_change_is_not_written_again()
    {
        Compilation before = Generated.Compile(
            "public partial class Net : Module { public Linear A { get; } = new(); }",
            "class Other { int X; }");
        GeneratorDriver driver = Generated.Driver().RunGenerators(before, TestContext.Current.CancellationToken);
        SyntaxTree other = before.SyntaxTrees.Last();
        Compilation after = before.ReplaceSyntaxTree(
            other, other.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From("class Other { long Y; }")));
        GeneratorRunResult result = driver.RunGenerators(after, TestContext.Current.CancellationToken).GetRunResult().Results[0];
        Assert.All(
            result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs),
            output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }
}
