namespace Descent;

/// <summary>
/// A network of which something begins as training images say, before the first step. Where settings set up a training, they see to it for all that
/// is not read from weights to go on from.
/// </summary>
public interface IDataInitialized
{
    /// <summary>Sets what depends on the data, as far as it begins anew.</summary>
    /// <param name="images">A thousand training images or so, (N, C, H, W), as the network will see them, not augmented.</param>
    /// <param name="begins">Whether a cell begins anew; one that does not stays as it is. Null: all of them do.</param>
    void InitializeFrom(Tensor images, Predicate<Cell>? begins = null);
}
