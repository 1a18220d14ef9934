namespace Descent;

/// <summary>An image that could not be read and was left out.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record SkippedImage(string Name, string Problem);
