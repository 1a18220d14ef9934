namespace Descent.Generators.Tests;

public class ModuleFaultTests
{
    [Fact]
    public void Module_that_is_not_partial_is_an_error() => Assert.Equal(
        ["DSC001 at line 1: 'Net' must be partial, so that Visit can be written for the module 'Net'"],
        Generated.Errors("public class Net : Module { public Linear A { get; } = new(); }"));

    [Fact]
    public void Class_around_a_module_must_be_partial_too() => Assert.Equal(
        ["DSC001 at line 1: 'Outer' must be partial, so that Visit can be written for the module 'Net'"],
        Generated.Errors("public class Outer { public partial class Net : Module { public Linear A { get; } = new(); } }"));

    [Theory]
    [InlineData("object Any")]
    [InlineData("dynamic Any")]
    [InlineData("object[] Any")]
    [InlineData("List<object> Any")]
    [InlineData("System.Collections.IList Any")]
    [InlineData("System.Collections.ArrayList Any")]
    [InlineData("IBlock Any")]
    [InlineData("List<IBlock> Any")]
    [InlineData("IEnumerable<Linear> Any")]
    [InlineData("HashSet<Linear> Any")]
    [InlineData("Queue<Linear> Any")]
    [InlineData("Linear[][] Any")]
    [InlineData("Linear[,] Any")]
    [InlineData("List<List<Linear>> Any")]
    [InlineData("Dictionary<int, Linear> Any")]
    [InlineData("IDictionary<string, Linear> Any")]
    [InlineData("Dictionary<string, Linear[]> Any")]
    [InlineData("(Linear A, Linear B) Any")]
    [InlineData("Tuple<Linear, int> Any")]
    [InlineData("Lazy<Linear> Any")]
    [InlineData("ImmutableArray<Linear>? Any")]
    [InlineData("Func<Linear> Any")]
    [InlineData("Func<Module, Tensor> Any")]
    [InlineData("Holder Any")]
    [InlineData("Deep Any")]
    [InlineData("Pair Any")]
    [InlineData("List<Holder> Any")]
    [InlineData("Layers Any")]
    public void State_in_a_form_that_Visit_cannot_see_is_an_error(string member)
    {
        string[] errors = Generated.Errors(
            $$"""
            public partial class Net : Module
            {
                public {{member}} { get; set; } = default!;
            }
            public interface IBlock { }
            public class Holder { private readonly Linear _inner = new(); public Tensor Run(Tensor x) => _inner.Forward(x); }
            public class Deep { public Holder Holder { get; } = new(); }
            public struct Pair { public Parameter Scale; }
            public class Layers : List<Linear> { }
            """);
        string error = Assert.Single(errors);
        Assert.StartsWith("DSC002 at line 3: 'Any' ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("= new Linear().Forward")]
    [InlineData("= x => new Linear().Forward(x)")]
    [InlineData("= inner.Forward")]
    public void Delegate_made_from_a_module_is_an_error(string value) => Assert.Equal(
        ["DSC002 at line 1: 'Act' closes over a Linear: its parameters would be neither trained nor saved; hold them in a property "
            + "typed as Module, Parameter or Buffer, or in an array, a list or a dictionary with string keys of these"],
        Generated.Errors($$"""public partial class Net(Linear inner) : Module { public Func<Tensor, Tensor> Act { get; } {{value}}; }"""));

    [Theory]
    [InlineData("Linear inner", "inner.Forward(x)")]
    [InlineData("Linear[] inner", "inner[0].Forward(x)")]
    [InlineData("Func<Linear> inner", "inner().Forward(x)")]
    public void Parameter_of_the_primary_constructor_that_a_method_uses_is_an_error(string parameter, string use)
    {
        string[] errors = Generated.Errors(
            $$"""public partial class Net({{parameter}}) : Module { public Tensor Forward(Tensor x) => {{use}}; }""");
        Assert.StartsWith("DSC002 at line 1: 'inner' ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Parameter_of_the_primary_constructor_that_only_an_initializer_uses_is_no_error() => Assert.Empty(
        Generated.Errors("public partial class Net(Linear inner) : Module { public Linear Inner { get; } = inner; }"));

    [Fact]
    public void Static_state_is_an_error() => Assert.StartsWith(
        "DSC002 at line 1: 'Shared' is static",
        Assert.Single(Generated.Errors("public partial class Net : Module { public static Linear Shared { get; } = new(); }")),
        StringComparison.Ordinal);

    [Fact]
    public void Unbounded_type_parameter_is_an_error() => Assert.StartsWith(
        "DSC002 at line 1: 'Value' has the type T",
        Assert.Single(Generated.Errors("public partial class Net<T>(T value) : Module { public T Value { get; } = value; }")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Linear Head = new(); Linear _head = new();", "'Net.Head' and 'Net._head' would both be saved as 'head'")]
    [InlineData("Linear InX = new(); Parameter in_x = new();", "'Net.InX' and 'Net.in_x' would both be saved as 'in_x'")]
    [InlineData("public new Linear Stem { get; } = new();", "'Body.Stem' and 'Net.Stem' would both be saved as 'stem'")]
    public void Two_members_with_one_state_name_are_an_error(string members, string text) => Assert.Equal(
        [$"DSC003 at line 1: {text}; rename one of them"],
        Generated.Errors(
            $$"""
            public partial class Net : Body { {{members}} }
            public partial class Body : Module { public Linear Stem { get; } = new(); }
            """));
}
