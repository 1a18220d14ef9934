namespace Descent.Tests;

/// <summary>Tests that count what the whole process does, so that no other test may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
