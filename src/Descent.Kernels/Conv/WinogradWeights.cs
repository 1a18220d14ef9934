using System.Runtime.CompilerServices;

namespace Descent.Kernels;

/// <summary>
/// The transformed filters <c>U = G·g·Gᵀ</c>: 36 planes, each the <see cref="WeightPanels"/> of a matrix of source by target channels.
/// </summary>
/// <remarks>
/// A unit is a block of source channels of one panel. Its nine taps are first brought into the first nine planes, one filter per lane, and
/// then transformed in place.
/// </remarks>
internal sealed unsafe class WinogradWeights : IWeightPacking
{
    private const int ChannelsPerUnit = 64;

    private const int Taps = WinogradTransforms.Taps, Points = WinogradTransforms.Points;

    private readonly bool _flipped;
    private readonly Unit[] _units;

    /// <param name="s">The convolution, of 3×3 taps and one group.</param>
    /// <param name="backward">
    /// For the gradient by the input: the targets are the input channels, the sum runs over output channels, and filters are turned by
    /// half a turn.
    /// </param>
    public WinogradWeights(in Conv2dShape s, bool backward)
    {
        _flipped = backward;
        (int channels, int targets) = backward ? (s.K, s.C) : (s.C, s.K);
        Panels = new WeightPanels(targets, channels);
        const int Plane = Taps * Taps;
        nint filter = s.C * (nint)Plane;
        nint channelStride = backward ? filter : Plane, targetStride = backward ? Plane : filter;
        var units = new List<Unit>();
        for (int panel = 0; panel < Panels.Count; panel++)
        {
            nint stride = Panels.Stride(panel);
            for (int c = 0; c < channels; c += ChannelsPerUnit)
            {
                int count = Math.Min(ChannelsPerUnit, channels - c);
                // Axes: tap, channel, target.
                var gather = new StridedCopy(
                    [Plane, count, Panels.Columns(panel)], [1, channelStride, targetStride], [PlaneStride, stride, 1]);
                units.Add(new Unit(
                    gather, (c * channelStride) + (panel * WeightPanels.Width * targetStride), Offset(panel) + (c * stride), (int)(count * stride)));
            }
        }
        _units = [.. units];
    }

    public WeightPanels Panels { get; }

    public int Units => _units.Length;

    public long Floats => WinogradTransforms.Products * (long)PlaneStride;

    /// <summary>Distance of planes, not a power of two.</summary>
    public nint PlaneStride => (nint)Panels.Floats + 16;

    /// <summary>Where a panel begins in a plane.</summary>
    public nint Offset(int panel) => panel * (nint)WeightPanels.Width * Panels.Depth;

    public void Run(float* weights, float* packed, int firstUnit, int lastUnit)
    {
        for (int i = firstUnit; i < lastUnit; i++)
        {
            Unit unit = _units[i];
            float* plane = packed + unit.Destination;
            unit.Gather.Run(weights + unit.Source, plane);
            switch (Microkernel.Tier)
            {
                case MicroTier.Avx512: Transform<F32x16>(plane, unit.Floats); break;
                case MicroTier.Avx2: Transform<F32x8>(plane, unit.Floats); break;
                default: Transform<F32x4>(plane, unit.Floats); break;
            }
        }
    }

    /// <summary>Each vector's nine taps, in the first nine planes, become the 36 points.</summary>
    [MethodImpl(Jit.Hot)]
    private void Transform<V>(float* plane, int floats)
        where V : struct, ISimd<V>
    {
        nint stride = PlaneStride;
        // Turning a filter by half a turn reverses its taps.
        nint tap = _flipped ? -stride : stride;
        float* columns = stackalloc float[Points * Taps * V.Count];
        for (nint i = 0; i < floats; i += V.Count)
        {
            float* g = plane + i + (_flipped ? ((Taps * Taps) - 1) * stride : 0);
            for (int j = 0; j < Taps; j++, g += tap)
            {
                WinogradTransforms.Filter(V.Load(g), V.Load(g + (Taps * tap)), V.Load(g + (2 * Taps * tap)), columns + (j * V.Count), Taps * V.Count);
            }
            float* row = columns, to = plane + i;
            for (int point = 0; point < Points; point++, row += Taps * V.Count, to += Points * stride)
            {
                WinogradTransforms.Filter(V.Load(row), V.Load(row + V.Count), V.Load(row + (2 * V.Count)), to, stride);
            }
        }
    }

    /// <summary>The copy of taps, where it begins on both sides, and how many floats of each plane it fills.</summary>
    private readonly record struct Unit(StridedCopy Gather, nint Source, nint Destination, int Floats);
}
