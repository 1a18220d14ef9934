using System.Reflection;
using Descent.Kernels;

namespace Descent.Engine.Tests;

public sealed class SampleTests
{
    // Central differences of five points are good to about 1e-9; second derivatives lose some of that to the size of their terms.
    private const double FirstOrderTolerance = 1e-6;
    private const double SecondOrderTolerance = 1e-5;

    // Leaves and picks are bound, not computed; a constant has no input to differentiate by.
    private static readonly Type[] s_notComputed = [typeof(Leaf), typeof(Pick), typeof(Constant)];

    public static TheoryData<string> Names => [.. Samples.All.Select(s => s.Name)];

    [Fact]
    public void Every_op_has_a_row()
    {
        HashSet<Type> claimed = [.. Samples.All.Select(s => s.Op).OfType<Type>()];
        Type[] formulas = [.. typeof(Tensor).Assembly.GetTypes().Where(t => t.IsValueType)];
        IEnumerable<Type> Closed(Type op, Type formula) =>
            formulas.Where(t => t.IsAssignableTo(formula)).Select(t => op.MakeGenericType(t));

        IEnumerable<Type> ops = typeof(Tensor).Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(Op)) && !t.IsAbstract && !t.IsGenericTypeDefinition)
            .Except(s_notComputed)
            .Concat(Closed(typeof(Unary<>), typeof(IUnaryOp)))
            .Concat(Closed(typeof(UnaryBackward<>), typeof(IUnaryOp)))
            .Concat(Closed(typeof(Binary<>), typeof(IBinaryOp)));
        Assert.Empty(ops.Where(op => !claimed.Contains(op)).Select(op => op.ToString()));
    }

    [Fact]
    public void Every_generic_op_is_counted_by_its_formulas()
    {
        // The test above knows these; a new generic op must be added there. Update rules stand with their optimizers.
        Type[] known = [typeof(Unary<>), typeof(UnaryBackward<>), typeof(Binary<>), typeof(UpdateOp<>)];
        Type[] all = [.. typeof(Tensor).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(Op)) && t.IsGenericTypeDefinition)];
        Assert.Empty(all.Except(known));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Shape_rule_holds_and_the_op_occurs(string name)
    {
        Sample sample = Samples.Named(name);
        Tensor y = sample.Build(sample.Inputs);
        Assert.Equal(sample.Shape, y.Shape);
        Assert.Equal(sample.Shape.Count, Interpreter.Evaluate(y).Length);
        if (sample.Op is { } op)
        {
            Assert.Contains(op, OpsOf(y));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_equals_central_differences(string name)
    {
        Sample sample = Samples.Named(name);
        Assert.InRange(GradCheck.Error(sample.Build, sample.Inputs), 0, FirstOrderTolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_order_equals_central_differences(string name)
    {
        Sample sample = Samples.Named(name);
        Assert.InRange(GradCheck.SecondOrderError(sample.Build, sample.Inputs), 0, SecondOrderTolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Views_as_inputs_change_nothing(string name)
    {
        Sample sample = Samples.Named(name);
        double[] plain = Interpreter.Evaluate(sample.Build(sample.Inputs));
        foreach (View view in new[] { View.Permuted, View.Sliced })
        {
            Assert.Equal(plain, Interpreter.Evaluate(sample.Build([.. sample.Inputs.Select(x => view.See(view.Hide(x), x.Type))])));
        }

        foreach (View view in sample.MayRepeatInputs ? new[] { View.Permuted, View.Sliced, View.Expanded } : [View.Permuted, View.Sliced])
        {
            Tensor[] hidden = [.. sample.Inputs.Select(view.Hide)];
            double error = GradCheck.Error(t => sample.Build([.. t.Select((x, i) => view.See(x, sample.Inputs[i].Type))]), hidden);
            Assert.InRange(error, 0, FirstOrderTolerance);
        }
    }

    private static HashSet<Type> OpsOf(Tensor root)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<Tensor>([root]);
        while (stack.TryPop(out Tensor? node))
        {
            if (seen.Add(node))
            {
                foreach (Tensor input in node.Inputs!)
                {
                    stack.Push(input);
                }
            }
        }

        return [.. seen.Select(t => t.Op.GetType())];
    }
}
