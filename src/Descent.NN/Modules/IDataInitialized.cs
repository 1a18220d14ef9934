namespace Descent;

/// <summary>
/// A network of which something begins as training images say, before the first step. Where settings set up a training, they see to it, unless weights
/// to go on from are given.
/// </summary>
public interface IDataInitialized
{
    /// <summary>Sets what depends on the data.</summary>
    /// <param name="images">A thousand training images or so, (N, C, H, W), as the network will see them, not augmented.</param>
    void InitializeFrom(Tensor images);
}
