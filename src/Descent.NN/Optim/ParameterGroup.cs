using System.IO.Enumeration;

namespace Descent;

/// <summary>
/// Parameters that are optimised with a rate or decay of their own, chosen by state name: <c>name => name.EndsWith("bias")</c>.
/// </summary>
/// <param name="Matches">True for the names of the group; a parameter belongs to the first group that matches.</param>
/// <param name="RateFactor">Multiplies the optimizer's learning rate.</param>
/// <param name="WeightDecay">
/// Replaces the optimizer's weight decay; null keeps it, which skips intercepts and the scales and shifts of normalisations.
/// </param>
public sealed record ParameterGroup(Func<string, bool> Matches, double RateFactor = 1, double? WeightDecay = null)
{
    /// <summary>The pattern of a group that was given by one.</summary>
    internal string? Pattern { get; private init; }

    /// <summary>A group by a pattern of state names, in which * stands for any text and ? for one character: <c>layer1.*.weight</c>.</summary>
    /// <remarks>An optimizer refuses a pattern that none of its parameters has.</remarks>
    /// <param name="pattern">What names look like.</param>
    /// <param name="rateFactor">Multiplies the optimizer's learning rate.</param>
    /// <param name="weightDecay">Replaces the optimizer's weight decay; null keeps it.</param>
    public static ParameterGroup Named(string pattern, double rateFactor = 1, double? weightDecay = null) =>
        new(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false), rateFactor, weightDecay) { Pattern = pattern };

    /// <summary>
    /// True for a parameter of a module with one axis or none: an intercept, or the scale or shift of a normalisation. They do not make a
    /// function steep, so that weight decay skips them unless a group says otherwise.
    /// </summary>
    /// <remarks>A parameter that no module has named is none of these, whatever its shape.</remarks>
    internal static bool IsInterceptOrNorm(Parameter parameter) => parameter.Name.Length > 0 && parameter.Shape.Rank < 2;
}
