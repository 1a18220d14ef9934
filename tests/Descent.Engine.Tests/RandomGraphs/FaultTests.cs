using System.Reflection;
using Descent.Kernels;

namespace Descent.Tests;

/// <summary>
/// Breaks plans on purpose and sees that the random graphs notice: a test suite that cannot fail proves nothing. A fault is planted into every plan
/// it applies to, until a graph disagrees.
/// </summary>
public sealed class FaultTests
{
    private const int MostGraphs = 1_500;

    private static readonly Dictionary<string, Func<Plan, bool>> s_faults = new()
    {
        ["the last element of a tile launch is not computed"] = Each<TileLaunch>(launch => Add(launch, "count", -1L)),
        ["a tile launch stops at whole tiles"] = Each<TileLaunch>(launch =>
            Get<long>(launch, "count") is var count && count % TileProgram.Tile != 0 && Set(launch, "count", count / TileProgram.Tile * TileProgram.Tile)),
        ["the last step of a chain is left out"] = Programs(program => program.Steps.Length > 1 && Steps(program, program.Steps[..^1])),
        ["the first step of a chain is left out"] = Programs(program => program.Steps.Length > 1 && Steps(program, program.Steps[1..])),
        ["the first two steps of a chain are exchanged"] = Programs(program =>
            program.Steps.Length > 1 && Steps(program, [program.Steps[1], program.Steps[0], .. program.Steps[2..]])),
        ["the arguments of a step are exchanged"] = Programs(program => SwapArguments(program)),
        ["the axes of a strided operand are exchanged"] = Programs(program => Operands(program, OperandKind.Strided, operand =>
            operand.Strides.Length > 1 && StaysInside(program, operand, operand.Offset, [.. operand.Strides.Reverse()])
            && Set(operand, nameof(TileOperand.Strides), operand.Strides.Reverse().ToArray()))),
        ["a strided operand ignores where it begins"] = Programs(program => Operands(program, OperandKind.Strided, operand =>
            operand.Offset != 0 && StaysInside(program, operand, 0, operand.Strides) && Set(operand, nameof(TileOperand.Offset), 0L))),
        ["a repeated row is read as one number"] = Programs(program => Operands(program, OperandKind.Periodic, operand =>
            Set(operand, nameof(TileOperand.Kind), OperandKind.Scalar))),
        ["a strided operand is read as if it were dense"] = Programs(program => Operands(program, OperandKind.Strided, operand =>
            operand.Strides.All(step => step != 0) && operand.Offset == 0 && Set(operand, nameof(TileOperand.Kind), OperandKind.Contiguous))),
        ["a reduction forgets its last chunk"] = Each<TileReduceLaunch>(launch =>
            Get<int>(launch, "_chunks") > 1 && Set(launch, "_reduced", Get<long>(launch, "_reduced") - Get<long>(launch, "_rowsPerChunk"))),
        ["a reduction starts from 1"] = Each<TileReduceLaunch>(launch =>
            Get<TileFold[]>(launch, "_folds").All(fold => Set(fold, nameof(TileFold.Identity), 1f))),
        ["a second result of a chain is not written"] = Programs(program => Several(program) && Set(program, nameof(TileProgram.Outputs), program.Outputs[..1])),
        ["two results of a chain are exchanged"] = Programs(program => Several(program) && Set(
            program, nameof(TileProgram.Outputs),
            program.Outputs.Select((output, i) => output with { Buffer = program.Outputs[^(i + 1)].Buffer }).ToArray())),
        ["a second reduction takes the first one's value"] = Each<TileReduceLaunch>(launch =>
            Get<TileFold[]>(launch, "_folds") is { Length: > 1 } folds && Set(folds[1], nameof(TileFold.Slot), folds[0].Slot)),
        ["a reduction leaves out its last row"] = Each<TileReduceLaunch>(launch => Get<long>(launch, "_reduced") > 1 && Add(launch, "_reduced", -1L)),
        ["a copy begins one element late"] = Each<CopyLaunch>(launch => Get<int>(launch, "_size") == 4 && Add(launch, "_fromOffset", -4L)),
        ["a layout conversion is left out"] = Removes(launch => launch.Name == "copy to channels last"),
        ["a copy to row major is left out"] = Removes(launch => launch.Name == "copy to row major"),
        ["an elementwise launch is left out"] = Removes(launch => launch is TileLaunch),
        ["a reduction is left out"] = Removes(launch => launch is TileReduceLaunch),
        ["a product is left out"] = Removes(launch => launch is GemmLaunch),
        ["a launch runs before what it reads is there"] = plan => Reorders(plan),
        ["a product leaves out its last k"] = Each<GemmLaunch>(launch => Gemm(launch, shape => shape.K > 1 ? shape with { K = shape.K - 1 } : null)),
        ["a product leaves out its last row"] = Each<GemmLaunch>(launch => Gemm(launch, shape => shape.M > 1 ? shape with { M = shape.M - 1 } : null)),
        ["a product leaves out its last column"] = Each<GemmLaunch>(launch =>
            Gemm(launch, shape => shape.N > 1 ? (shape with { N = shape.N - 1, Ldc = shape.N, Ldb = shape.TransposeB ? shape.Ldb : shape.N }) : null)),
        ["a product drops its epilogue"] = Each<GemmLaunch>(launch =>
            Gemm(launch, shape => shape.Epilogue != Epilogue.None ? shape with { Epilogue = Epilogue.None } : null)),
        ["a product drops its rectifier"] = Each<GemmLaunch>(launch =>
            Gemm(launch, shape => shape.Epilogue == Epilogue.BiasRelu ? shape with { Epilogue = Epilogue.Bias } : null)),
        ["a batch repeats its first matrix"] = Each<GemmLaunch>(launch =>
            Gemm(launch, shape => shape is { Batch: > 1, BatchA: > 0 } ? shape with { BatchA = 0 } : null)),
        ["a convolution never packs its weights"] = Each<ConvolutionLaunch>(launch => Pass(launch, pass => pass with { PackUnits = 0 })),
        ["a convolution packs only some of its weights"] = Each<ConvolutionLaunch>(launch =>
            Pass(launch, pass => pass.PackUnits > 1 ? pass with { PackUnits = pass.PackUnits - 1 } : null)),
        ["a convolution leaves out its last unit"] = Each<ConvolutionLaunch>(launch => Pass(launch, pass => pass with { Units = phase => pass.Units(phase) - 1 })),
        ["a fused pooling never packs its weights"] = Each<PackedLaunch>(launch =>
            Set(launch, "pack", Get<(int Units, PackedWeights.Pack Run)>(launch, "pack") with { Units = 0 })),
        ["a fused pooling leaves out its last unit"] = Each<PackedLaunch>(launch =>
            Get<(int Units, PackedWeights.Body Run)>(launch, "compute") is var compute && Set(launch, "compute", compute with { Units = compute.Units - 1 })),
        ["a fused pooling is left out"] = Removes(launch => launch is PackedLaunch),
        ["a kernel leaves out its last unit"] = Each<KernelLaunch>(launch => Phase(launch, phases => phases[0].Units -= 1)),
        ["a kernel leaves out its last phase"] = Each<KernelLaunch>(launch =>
            Get<(int Units, KernelBody Body)[]>(launch, "phases").Length > 1 && Phase(launch, phases => phases[^1].Units = 0)),
        ["all scratch values share one place"] = plan =>
            Everywhere(plan, buffer => IsFree(buffer) && buffer.Offset > 0, buffer => buffer.Offset = 0),
        ["a result is written over an operand that is still needed"] = plan => Everywhere(
            plan,
            buffer => IsFree(buffer) && buffer.Id > 0 && IsFree(plan.Buffers[buffer.Id - 1]) && plan.Buffers[buffer.Id - 1].Bytes == buffer.Bytes,
            buffer => buffer.Over = plan.Buffers[buffer.Id - 1]),
        ["a parameter is not written"] = plan => Everywhere(plan, buffer => buffer.Over is { Kind: BufferKind.Cell }, buffer =>
        {
            buffer.Over = null;
            buffer.Offset = 0;
        }),
    };

    public static TheoryData<string> Faults => [.. s_faults.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_caught(string fault)
    {
        var tests = new RandomGraphTests();
        int planted = 0;
        Exception? clumsy = null;
        tests.Device.Planned = plan =>
        {
            try
            {
                planted += s_faults[fault](plan) ? 1 : 0;
            }
            catch (Exception e)
            {
                clumsy = e;
            }
        };
        for (int seed = 0; seed < MostGraphs; seed++)
        {
            if (tests.Check(seed, 3 + (seed % 10)) is not null)
            {
                Assert.Null(clumsy);
                Assert.True(planted > 0, "A graph failed before the fault was planted.");
                return;
            }
        }

        Assert.Fail($"{MostGraphs} graphs ran with the fault in {planted} plans, and all agreed.");
    }

    private static bool IsFree(PlanBuffer buffer) => buffer is { Kind: BufferKind.Arena, Over: null };

    private static Func<Plan, bool> Each<T>(Func<T, bool> plant)
        where T : Launch => plan => plan.Launches.OfType<T>().Sum(launch => plant(launch) ? 1 : 0) > 0;

    private static Func<Plan, bool> Programs(Func<TileProgram, bool> plant) => plan =>
    {
        int planted = 0;
        foreach (Launch launch in plan.Launches.Where(launch => launch is TileLaunch or TileReduceLaunch))
        {
            planted += plant(Get<TileProgram>(launch, launch is TileLaunch ? "program" : "_program")) ? 1 : 0;
        }

        return planted > 0;
    };

    private static bool Operands(TileProgram program, OperandKind kind, Func<TileOperand, bool> plant) =>
        program.Operands.Where(operand => operand.Kind == kind).ToArray().Sum(operand => plant(operand) ? 1 : 0) > 0;

    /// <summary>True where the operand, read in other steps, still lies in its buffer: a fault is to change values, not to end the process.</summary>
    private static bool StaysInside(TileProgram program, TileOperand operand, long offset, long[] strides)
    {
        long first = offset, last = offset;
        for (int axis = 0; axis < strides.Length; axis++)
        {
            long reach = (program.Axes[axis] - 1) * strides[axis];
            first += Math.Min(0, reach);
            last += Math.Max(0, reach);
        }

        return first >= 0 && last < operand.Buffer.Bytes / operand.DType.Size();
    }

    private static bool Steps(TileProgram program, TileStep[] steps) => Set(program, nameof(TileProgram.Steps), steps);

    private static bool Several(TileProgram program) =>
        program.Outputs.Length > 1 && program.Outputs.All(output => output.DType == DType.F32 && output.IsDirect);

    private static bool SwapArguments(TileProgram program)
    {
        bool any = false;
        foreach (TileStep step in program.Steps)
        {
            if (step.Slots.Length == 3 && step.Slots[0] != step.Slots[1])
            {
                (step.Slots[0], step.Slots[1]) = (step.Slots[1], step.Slots[0]);
                any = true;
            }
        }

        return any;
    }

    private static Func<Plan, bool> Removes(Func<Launch, bool> which) => plan => ((List<Launch>)plan.Launches).RemoveAll(launch => which(launch)) > 0;

    private static bool Reorders(Plan plan)
    {
        var launches = (List<Launch>)plan.Launches;
        for (int i = 1; i < launches.Count; i++)
        {
            if (launches[i].Reads.Any(launches[i - 1].Writes.Contains))
            {
                (launches[i - 1], launches[i]) = (launches[i], launches[i - 1]);
                return true;
            }
        }

        return false;
    }

    private static bool Gemm(GemmLaunch launch, Func<GemmShape, GemmShape?> change) =>
        change(Get<GemmPlan>(launch, "plan").Shape) is { } shape && Set(launch, "plan", new GemmPlan(shape));

    private static bool Pass(ConvolutionLaunch launch, Func<Conv2dKernel.Pass, Conv2dKernel.Pass?> change) =>
        change(Get<Conv2dKernel.Pass>(launch, "pass")) is { } pass && Set(launch, "pass", pass);

    private delegate void ChangePhases((int Units, KernelBody Body)[] phases);

    private static bool Phase(KernelLaunch launch, ChangePhases change)
    {
        change(Get<(int Units, KernelBody Body)[]>(launch, "phases"));
        return true;
    }

    private static bool Everywhere(Plan plan, Func<PlanBuffer, bool> which, Action<PlanBuffer> change)
    {
        PlanBuffer[] buffers = [.. plan.Buffers.Where(which)];
        Array.ForEach(buffers, change);
        return buffers.Length > 0;
    }

    /// <summary>A private field, an auto-property's field or a captured constructor parameter.</summary>
    private static FieldInfo Field(object target, string name) =>
        target.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            .Single(field => field.Name == name || field.Name == $"<{name}>k__BackingField" || field.Name == $"<{name}>P");

    private static T Get<T>(object target, string name) => (T)Field(target, name).GetValue(target)!;

    private static bool Set(object target, string name, object value)
    {
        Field(target, name).SetValue(target, value);
        return true;
    }

    private static bool Add(object target, string name, long difference) => Set(target, name, Get<long>(target, name) + difference);
}
