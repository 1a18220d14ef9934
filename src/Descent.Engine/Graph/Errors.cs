namespace Descent;

/// <summary>Shapes, axes or element types that do not fit together. The message names the op, the values and the fix.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);

/// <summary>An index or a label lies outside its axis. The message names the op, the position and the value.</summary>
public sealed class IndexException(string message) : ArgumentException(message);

/// <summary>A tensor was read whose value, or what it is computed from, is no longer there.</summary>
public sealed class StaleTensorException(string message) : InvalidOperationException(message);

/// <summary>
/// A loss or a gradient norm was NaN or infinite. No parameter changed; the message names the first bad op and its layer.
/// </summary>
public sealed class NonFiniteException(string message) : ArithmeticException(message);

/// <summary>A gradient that was asked for does not exist, or a parameter of the optimizer has none.</summary>
public sealed class GradientException(string message) : InvalidOperationException(message);

/// <summary>A matrix is singular, not positive definite or not finite. The message names the op, the matrix and the fix.</summary>
public sealed class LinearAlgebraException(string message) : ArithmeticException(message);
