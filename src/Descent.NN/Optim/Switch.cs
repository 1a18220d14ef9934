namespace Descent;

/// <summary>A choice that is made when a rule is compiled, so that a rule without a state value neither keeps nor reads it.</summary>
internal interface ISwitch
{
    static abstract bool IsOn { get; }
}

/// <summary>The rule has it.</summary>
internal readonly struct On : ISwitch
{
    public static bool IsOn => true;
}

/// <summary>The rule does without.</summary>
internal readonly struct Off : ISwitch
{
    public static bool IsOn => false;
}
