namespace Descent;

/// <summary>Images for training, for validation and for testing, with the same classes.</summary>
/// <param name="Train">What a network learns from.</param>
/// <param name="Validation">Null where the source sets none apart; a part of the training images serves then.</param>
/// <param name="Test">What it is judged by.</param>
/// <param name="Notes">What was left out or looks like a mistake, in sentences for a person.</param>
public sealed record ImageSplits(IImageCollection Train, IImageCollection? Validation, IImageCollection Test, IReadOnlyList<string> Notes);
