namespace Descent;

/// <summary>
/// Parameters that are optimised with a rate or decay of their own, chosen by state name: <c>name => name.EndsWith("bias")</c>.
/// </summary>
/// <param name="Matches">True for the names of the group; a parameter belongs to the first group that matches.</param>
/// <param name="RateFactor">Multiplies the optimizer's learning rate.</param>
/// <param name="WeightDecay">Replaces the optimizer's weight decay; null keeps it.</param>
public sealed record ParameterGroup(Func<string, bool> Matches, double RateFactor = 1, double? WeightDecay = null);
