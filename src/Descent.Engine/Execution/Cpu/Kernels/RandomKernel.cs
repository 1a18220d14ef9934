using Descent.Kernels;

namespace Descent;

/// <summary>
/// Random tensors: every range of elements can be filled alone, since an element depends on key, step and its place only.
/// </summary>
internal static unsafe class RandomKernel
{
    public static void Uniform(Choose choose, PlanNode node, RandomUniform op) => Fill(choose, node, normal: false);

    public static void Normal(Choose choose, PlanNode node, RandomNormal op) => Fill(choose, node, normal: true);

    private static void Fill(Choose choose, PlanNode node, bool normal)
    {
        PlanBuffer counter = choose.Dense(node.Inputs[0]), y = choose.Output(node.Outputs[0]);
        TensorType type = node.Outputs[0].Type;
        choose.Add(
            new KernelLaunch(node.Op.Name, type.ToString(), KernelLaunch.Rows(type.Count, 1, (run, first, last) =>
            {
                RandomStep step = *(RandomStep*)run[counter];
                var target = new Span<float>((float*)run[y] + first, (int)(last - first));
                if (normal)
                {
                    RandomFill.Normal(step, first, target);
                }
                else
                {
                    RandomFill.Uniform(step, first, target);
                }
            })),
            [counter], [y]);
    }
}
