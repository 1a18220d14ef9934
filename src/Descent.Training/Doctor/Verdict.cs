namespace Descent;

/// <summary>What a check says.</summary>
public enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth a look.</summary>
    Warn,

    /// <summary>Training will not work like this.</summary>
    Fail,
}
