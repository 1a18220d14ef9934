using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// A weight gradient as partial sums over chunks of pixels. Three phases: chunks are summed, the sums are added in ascending order, and the total is
/// brought into logical order.
/// </summary>
internal sealed unsafe class ChunkedWeightGradient(IChunkedWeightGradient gradient, int channels) : IWeightGradient
{
    private const int CombineFloats = 4096;

    private readonly nint _partialFloats = (gradient.Floats + channels + 15) / 16 * 16;

    public int Phases => 3;

    public int Units(int phase) => phase switch
    {
        0 => gradient.Chunks * gradient.Splits,
        1 => gradient.Chunks == 1 ? 0 : (int)((_partialFloats + CombineFloats - 1) / CombineFloats),
        _ => gradient.StoreUnits,
    };

    public long WorkspaceFloats(int workers) => (gradient.Chunks * (long)_partialFloats) + (workers * (long)gradient.ScratchFloats);

    [MethodImpl(Jit.Hot)]
    public void Run(int phase, int firstUnit, int lastUnit, int worker, in WeightGradientArgs args)
    {
        switch (phase)
        {
            case 0:
                float* scratch = args.Workspace + (gradient.Chunks * _partialFloats) + (worker * gradient.ScratchFloats);
                for (int unit = firstUnit; unit < lastUnit; unit++)
                {
                    (int chunk, int split) = Math.DivRem(unit, gradient.Splits);
                    gradient.Run(chunk, split, args, args.Workspace + (chunk * _partialFloats), scratch);
                }
                break;
            case 1:
                Combine(firstUnit, lastUnit, args);
                break;
            default:
                gradient.Store(args.Workspace, args.Dw, firstUnit, lastUnit);
                if (firstUnit == 0 && lastUnit > 0 && args.Db is not null)
                {
                    new ReadOnlySpan<float>(args.Workspace + gradient.Floats, channels).CopyTo(new Span<float>(args.Db, channels));
                }
                break;
        }
    }

    [MethodImpl(Jit.Hot)]
    private void Combine(int firstUnit, int lastUnit, in WeightGradientArgs args)
    {
        // The bias gradient stands behind the weight gradient in each partial, or nothing does.
        nint end = nint.Min(gradient.Floats + (args.Db is null ? 0 : channels), lastUnit * (nint)CombineFloats);
        nint i = firstUnit * (nint)CombineFloats;
        int chunks = gradient.Chunks;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            float* partial = args.Workspace + i;
            Vector<float> sum = Vector.Load(partial);
            for (int chunk = 1; chunk < chunks; chunk++)
            {
                sum += Vector.Load(partial + (chunk * _partialFloats));
            }
            sum.Store(partial);
        }
        for (; i < end; i++)
        {
            float sum = args.Workspace[i];
            for (int chunk = 1; chunk < chunks; chunk++)
            {
                sum += args.Workspace[i + (chunk * _partialFloats)];
            }
            args.Workspace[i] = sum;
        }
    }
}
