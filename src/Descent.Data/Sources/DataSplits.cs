namespace Descent;

/// <summary>Examples for training, for validation and for testing, of one kind.</summary>
/// <param name="Train">What a network learns from.</param>
/// <param name="Validation">Null where the source sets none apart; a part of the training examples serves then.</param>
/// <param name="Test">What it is judged by.</param>
/// <param name="Notes">What was left out or looks like a mistake, in sentences for a person.</param>
public sealed record DataSplits(IDataset Train, IDataset? Validation, IDataset Test, IReadOnlyList<string> Notes)
{
    internal DataSplits(IDataset train, IDataset test)
        : this(train, null, test, [])
    {
    }

    /// <summary>What every source has.</summary>
    public void Deconstruct(out IDataset train, out IDataset test) => (train, test) = (Train, Test);

    /// <summary>Divides examples that come in one piece.</summary>
    internal static DataSplits Of(IDataset all, SplitParts parts, IReadOnlyList<string> notes)
    {
        (int[] train, int[] validation, int[] test) = parts.Divide(Stratified.GroupsOf(all));
        return new(new Subset(all, train), validation.Length > 0 ? new Subset(all, validation) : null, new Subset(all, test), notes);
    }
}
