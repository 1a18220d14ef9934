using System.Runtime.CompilerServices;
using Descent.Kernels;

namespace Descent.Tests;

/// <summary>The least optimizer: what the engine's tests need of one.</summary>
internal sealed class PlainSgd(double rate, params Parameter[] parameters)
{
    private readonly StateCell[] _momentum = [.. parameters.Select(p => new StateCell(Tensor.Zeros(p.Shape, p.DType, p.Device)))];

    public double Rate { get; set; } = rate;

    public int Steps { get; private set; }

    public Tensor Step(Gradients gradients, params Tensor[] also)
    {
        var effects = new List<Effect>();
        for (int i = 0; i < parameters.Length; i++)
        {
            Parameter p = parameters[i];
            var uniform = new StructUniform<Rule>(() => new Rule((float)Rate, 0.9f));
            Tensor rule = Tensor.Of(uniform, new TensorType(new Shape(Unsafe.SizeOf<Rule>()), DType.U8), p.Device);
            Tensor update = Tensor.Apply(UpdateOp<Rule>.Op, p, gradients[p], _momentum[i], rule);
            effects.Add(new Effect(p, update.Output(0)));
            effects.Add(new Effect(_momentum[i], update.Output(1)));
        }

        Tensor loss = gradients.Loss;
        loss.Device.Execute(new Request
        {
            Outputs = [loss, .. also],
            Effects = effects,
            Guards = gradients.Norm is { } norm ? [loss, norm] : [loss],
            Consumes = true,
            Committed = () => Steps++,
            Caller = "Step",
        });
        return loss;
    }

    internal readonly record struct Rule(float Rate, float Momentum) : IUpdateRule
    {
        public static int States => 1;

        [MethodImpl(Jit.Inline)]
        public void Step<V>(ref V theta, V g, ref V s0, ref V s1, ref V s2)
            where V : struct, ILanes<V>
        {
            s0 = (V.Uniform(Momentum) * s0) + g;
            theta = theta - (V.Uniform(Rate) * s0);
        }
    }
}
