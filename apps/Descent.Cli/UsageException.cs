namespace Descent.Cli;

/// <summary>What was asked for cannot be asked for: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
