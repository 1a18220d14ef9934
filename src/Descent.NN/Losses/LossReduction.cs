namespace Descent;

/// <summary>How the losses of a batch become one tensor.</summary>
public enum LossReduction
{
    /// <summary>Their mean, a scalar.</summary>
    Mean,

    /// <summary>Their sum, a scalar.</summary>
    Sum,

    /// <summary>Each by itself.</summary>
    None,
}
