namespace Descent;

public sealed partial class Tensor
{
    /// <summary>An axis of size 1 put in before the given one: (3, 4) with axis 0 → (1, 3, 4), with axis −1 → (3, 4, 1).</summary>
    /// <exception cref="ShapeException">There is no such place.</exception>
    public Tensor Unsqueeze(int axis)
    {
        int place = axis < 0 ? axis + Rank + 1 : axis;
        return (uint)place <= (uint)Rank
            ? Reshape(new Shape([.. Shape.Sizes[..place], 1, .. Shape.Sizes[place..]]))
            : throw new ShapeException($"unsqueeze: there is no place {axis} in {Shape}; places run from {-Rank - 1} to {Rank}.");
    }

    /// <summary>Without one axis of size 1.</summary>
    /// <exception cref="ShapeException">The axis does not exist or has another size.</exception>
    public Tensor Squeeze(int axis)
    {
        axis = Shape.Axis(axis, "squeeze");
        return Shape[axis] == 1
            ? Reshape(new Shape([.. Shape.Sizes[..axis], .. Shape.Sizes[(axis + 1)..]]))
            : throw new ShapeException($"squeeze: axis {axis} of {Shape} has size {Shape[axis]}, not 1.");
    }
}
