namespace Descent;

/// <summary>How far two examples are from each other.</summary>
public enum DistanceMetric
{
    /// <summary>Manhattan: <c>Σ |a − b|</c>.</summary>
    L1,

    /// <summary>Euclid: <c>√Σ (a − b)²</c>.</summary>
    L2,
}
