using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// How the weight and bias gradient of a fused convolution and pooling are computed from the gradient of the pooled output and the places of its
/// maxima; the gradient of the convolution's own output is never written. Immutable; serves any number of threads.
/// </summary>
/// <remarks>
/// Two phases of units that may run in any order on any threads: <see cref="Run"/> sums chunks of images, <see cref="RunFinish"/> adds the chunks.
/// Numerics: the number of chunks depends on the batch alone; chunks are added in ascending order.
/// </remarks>
public sealed unsafe class ConvPoolBackwardWeightPlan
{
    private const int MostChunks = 16;

    private readonly IPooledWeightGradient _gradient;
    private readonly int _images;

    /// <param name="shape">One that is supported.</param>
    public ConvPoolBackwardWeightPlan(ConvPoolShape shape)
    {
        Shape = shape;
        _images = shape.Conv.N;
        _gradient = shape.IsOverColumns ? new ColumnWeightGradient(shape) : new SparseWeightGradient(shape);
        Units = Math.Min(MostChunks, _images);
    }

    public ConvPoolShape Shape { get; }

    /// <summary>Units of <see cref="Run"/>.</summary>
    public int Units { get; }

    /// <summary>Units of <see cref="RunFinish"/>.</summary>
    public int FinishUnits => _gradient.Blocks;

    /// <summary>Sums of chunks, and scratch for so many workers.</summary>
    public long WorkspaceFloats(int workers) => (Units * (long)_gradient.Floats) + (workers * (long)_gradient.ScratchFloats);

    /// <summary>Sums chunks of images, units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="Units"/>.</param>
    /// <param name="worker">Which part of the scratch to use; no two calls at a time with the same.</param>
    /// <param name="args">X, Dy, Y, Places and Workspace.</param>
    [MethodImpl(Jit.Hot)]
    public void Run(int firstUnit, int lastUnit, int worker, in ConvPoolArgs args)
    {
        float* scratch = args.Workspace + (Units * _gradient.Floats) + (worker * _gradient.ScratchFloats);
        for (int chunk = firstUnit; chunk < lastUnit; chunk++)
        {
            float* sum = args.Workspace + (chunk * _gradient.Floats);
            new Span<float>(sum, (int)_gradient.Floats).Clear();
            int end = (int)((long)_images * (chunk + 1) / Units);
            for (int n = (int)((long)_images * chunk / Units); n < end; n++)
            {
                _gradient.Add(n, sum, scratch, args);
            }
        }
    }

    /// <summary>Adds the chunks and writes the gradients in logical order, units [firstUnit, lastUnit).</summary>
    /// <param name="firstUnit">At least 0.</param>
    /// <param name="lastUnit">At most <see cref="FinishUnits"/>.</param>
    /// <param name="args">Dw, Db and Workspace.</param>
    [MethodImpl(Jit.Hot)]
    public void RunFinish(int firstUnit, int lastUnit, in ConvPoolArgs args)
    {
        nint blockFloats = _gradient.Floats / _gradient.Blocks;
        for (int block = firstUnit; block < lastUnit; block++)
        {
            float* sums = args.Workspace + (block * blockFloats);
            for (nint i = 0; i < blockFloats; i += Vector<float>.Count)
            {
                Vector<float> sum = Vector.Load(sums + i);
                for (int chunk = 1; chunk < Units; chunk++)
                {
                    sum += Vector.Load(sums + i + (chunk * _gradient.Floats));
                }
                sum.Store(sums + i);
            }
            _gradient.Store(block, sums, args);
        }
    }
}
