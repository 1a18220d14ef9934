namespace Descent;

/// <summary>A network whose last affine layer reads one vector for each image: what it has learnt to see, whatever the classes.</summary>
public interface IFeatureExtractor
{
    /// <summary>What the last affine layer reads.</summary>
    /// <remarks>Shapes: x (N, C, H, W) → features (N, D).</remarks>
    Tensor ForwardFeatures(Tensor x);
}
