using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Kernels;

/// <summary>
/// Cross-entropy of rows of K logits x with class labels t:
/// <c>loss = log Σ exp(x − max) + (1 − ε)·(max − x[t]) + ε/K·Σ (max − x)</c> with label smoothing ε.
/// </summary>
/// <remarks>
/// A row whose label is the ignored index has loss 0 and gradient 0.
/// Numerics: see <see cref="SoftmaxRows"/>; the loss is made of differences of logits, so it keeps its digits where logits are large.
/// A label of probability 0 (logit −∞) costs ∞.
/// Source of label smoothing: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016.
/// </remarks>
/// <param name="classes">K.</param>
/// <param name="labelSmoothing">ε in [0, 1).</param>
/// <param name="ignoreIndex">The label of rows to leave out; by default no label does.</param>
public readonly unsafe struct CrossEntropyRows(nint classes, float labelSmoothing = 0, long ignoreIndex = long.MinValue)
{
    /// <summary>Floats per row that the forward pass keeps for the backward pass: max and log Σ exp(x − max).</summary>
    public const int NormalizerSize = 2;

    private readonly nint _classes = classes;
    private readonly float _onLabel = 1 - labelSmoothing;
    private readonly float _onEach = labelSmoothing / classes;
    private readonly long _ignoreIndex = ignoreIndex;

    /// <summary>Losses of the rows [<paramref name="firstRow"/>, <paramref name="lastRow"/>).</summary>
    /// <param name="x">Logits, rows × K.</param>
    /// <param name="labels">One per row.</param>
    /// <param name="loss">One per row.</param>
    /// <param name="normalizers"><see cref="NormalizerSize"/> floats per row, for <see cref="Backward"/>.</param>
    /// <param name="firstRow">First row to do.</param>
    /// <param name="lastRow">Row after the last to do.</param>
    /// <returns>The first row whose label is neither in [0, K) nor the ignored one, whose results are NaN; −1 when there is none.</returns>
    public nint Forward(
        float* x, long* labels, float* loss, float* normalizers, nint firstRow, nint lastRow) =>
        Vector512.IsHardwareAccelerated ? ForwardRows<F32x16>(x, labels, loss, normalizers, firstRow, lastRow)
        : Vector256.IsHardwareAccelerated ? ForwardRows<F32x8>(x, labels, loss, normalizers, firstRow, lastRow)
        : ForwardRows<F32x4>(x, labels, loss, normalizers, firstRow, lastRow);

    /// <summary>
    /// Gradients of the logits: <c>dx = dy·(softmax(x) − target)</c>, target being 1 − ε + ε/K at the label and ε/K elsewhere.
    /// </summary>
    /// <param name="x">As in <see cref="Forward"/>; may be <paramref name="dx"/>.</param>
    /// <param name="labels">As in <see cref="Forward"/>, all of them valid there.</param>
    /// <param name="normalizers">What <see cref="Forward"/> kept.</param>
    /// <param name="dy">Upstream gradient of each row's loss.</param>
    /// <param name="dyStride">1, or 0 when one gradient serves all rows.</param>
    /// <param name="dx">Rows × K.</param>
    /// <param name="firstRow">First row to do.</param>
    /// <param name="lastRow">Row after the last to do.</param>
    [MethodImpl(Jit.Hot)]
    public void Backward(
        float* x, long* labels, float* normalizers, float* dy, nint dyStride, float* dx,
        nint firstRow, nint lastRow)
    {
        for (nint row = firstRow; row < lastRow; row++)
        {
            float* rowDx = dx + (row * _classes);
            long label = labels[row];
            if (label == _ignoreIndex || (ulong)label >= (ulong)_classes)
            {
                new Span<float>(rowDx, (int)_classes).Fill(label == _ignoreIndex ? 0 : float.NaN);
                continue;
            }
            float factor = dy[row * dyStride];
            float* rowX = x + (row * _classes), normalizer = normalizers + (row * NormalizerSize);
            if (Vector512.IsHardwareAccelerated)
            {
                BackwardRow<F32x16>(rowX, normalizer[0], normalizer[1], factor, rowDx);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                BackwardRow<F32x8>(rowX, normalizer[0], normalizer[1], factor, rowDx);
            }
            else
            {
                BackwardRow<F32x4>(rowX, normalizer[0], normalizer[1], factor, rowDx);
            }
            rowDx[label] -= factor * _onLabel;
        }
    }

    [MethodImpl(Jit.Hot)]
    private nint ForwardRows<V>(
        float* x, long* labels, float* loss, float* normalizers, nint firstRow, nint lastRow)
        where V : struct, ISimd<V>
    {
        float* shifts = stackalloc float[ExponentialRows.Together], logSums = stackalloc float[ExponentialRows.Together];
        nint firstBad = -1, firstNormalized = firstRow, normalized = firstRow;
        for (nint row = firstRow; row < lastRow; row++)
        {
            float* normalizer = normalizers + (row * NormalizerSize);
            long label = labels[row];
            bool ignored = label == _ignoreIndex;
            if (ignored || (ulong)label >= (ulong)_classes)
            {
                loss[row] = normalizer[0] = normalizer[1] = ignored ? 0 : float.NaN;
                firstBad = ignored || firstBad >= 0 ? firstBad : row;
                continue;
            }
            float* rowX = x + (row * _classes);
            if (normalized <= row)
            {
                // This row and the next three, some of which may turn out to be ignored.
                nint rows = nint.Min(ExponentialRows.Together, lastRow - row);
                ExponentialRows.Run(rows, _classes, rowX, _classes, null, shifts, logSums);
                F32x4.Log(F32x4.Load(logSums)).Store(logSums);
                (firstNormalized, normalized) = (row, row + rows);
            }
            float shift = shifts[row - firstNormalized], logSum = logSums[row - firstNormalized];
            (normalizer[0], normalizer[1]) = (shift, logSum);
            float value = logSum + (_onLabel * (shift - rowX[label]));
            if (_onEach != 0)
            {
                value += _onEach * SumBelow<V>(rowX, shift);
            }
            loss[row] = value;
        }
        return firstBad;
    }

    /// <summary>Σ (shift − x).</summary>
    [MethodImpl(VectorLoop.Body)]
    private float SumBelow<V>(float* x, float shift)
        where V : struct, ISimd<V>
    {
        V shifts = V.Uniform(shift), sum = V.Const(0);
        for (nint i = 0; i < _classes; i += V.Count)
        {
            sum = sum + (shifts - RowLanes.LoadFirst(x + i, nint.Min(V.Count, _classes - i), shifts));
        }
        return RowLanes.Fold<SumReduction, V>(sum);
    }

    /// <summary>dx = factor·(exp(x − shift − logSum) − ε/K).</summary>
    [MethodImpl(VectorLoop.Body)]
    private void BackwardRow<V>(float* x, float shift, float logSum, float factor, float* dx)
        where V : struct, ISimd<V>
    {
        V shifts = V.Uniform(shift), logSums = V.Uniform(logSum), factors = V.Uniform(factor), each = V.Uniform(_onEach);
        nint n = _classes, i = 0;
        for (; i <= n - V.Count; i += V.Count)
        {
            (factors * (V.Exp(V.Load(x + i) - shifts - logSums) - each)).Store(dx + i);
        }
        if (i < n)
        {
            V last = RowLanes.LoadFirst(x + i, n - i, V.Const(0));
            RowLanes.StoreFirst(factors * (V.Exp(last - shifts - logSums) - each), dx + i, n - i);
        }
    }
}
