using System.Runtime.InteropServices;

namespace Descent;

/// <summary>The gradient of a fused op as the gradient of its expansion into primitive ops: how fused formulas get second order.</summary>
internal static class Expansion
{
    /// <summary>Gradients of the inputs, given the op's formula in tensors.</summary>
    public static Tensor?[] Gradient(ReadOnlySpan<Tensor> inputs, Tensor dy, Needed needed, Func<Tensor[], Tensor> expand) =>
        Gradient(inputs, [dy], needed, t => [expand(t)]);

    /// <summary>Gradients of the inputs of an op with several outputs; dy is null where no gradient arrives.</summary>
    public static Tensor?[] Gradient(ReadOnlySpan<Tensor> inputs, Tensor?[] dy, Needed needed, Func<Tensor[], Tensor[]> expand)
    {
        // Each input is passed through a node of its own, so that one tensor in two places gets two gradients.
        var own = new Tensor[inputs.Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = inputs[i].Identity();
        }

        Tensor[] outputs = expand(own);
        Tensor? total = null;
        List<Tensor> ends = [.. own];
        for (int i = 0; i < outputs.Length; i++)
        {
            if (dy[i] is { } upstream)
            {
                upstream = upstream.Identity();
                ends.Add(upstream);
                Tensor part = (outputs[i] * upstream).Sum();
                total = total is null ? part : total + part;
            }
        }

        var result = new Tensor?[own.Length];
        int[] wanted = [.. Enumerable.Range(0, own.Length).Where(i => needed[i])];
        if (total is null || wanted.Length == 0)
        {
            return result;
        }

        // What the inputs were computed from is not looked at: each node of a long chain would otherwise walk all of it.
        Tensor[] targets = [.. wanted.Select(i => own[i])];
        Tensor?[] gradients = Backward.Of(total, Tensor.Scalar(1, total.DType, total.Device), targets, CollectionsMarshal.AsSpan(ends));
        for (int i = 0; i < wanted.Length; i++)
        {
            result[wanted[i]] = gradients[i];
        }

        return result;
    }
}
