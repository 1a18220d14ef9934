namespace Descent;

/// <summary>A data set of numbers that lies in memory: rows of a table, or arrays of any shape, with classes or numbers for targets.</summary>
public sealed class NumberDataset : IDataset
{
    private readonly float[] _inputs;
    private readonly int[]? _labels;
    private readonly float[]? _targets;
    private readonly int _inputSize, _targetSize;

    private NumberDataset(
        LearningTask task, Shape inputShape, float[] inputs, int[]? labels, float[]? targets, Shape targetShape, IReadOnlyList<string> names,
        Preprocessing? preprocessing)
    {
        (Task, ImageShape, LabelShape, ClassNames) = (task, inputShape, targetShape, names);
        (_inputs, _labels, _targets) = (inputs, labels, targets);
        (_inputSize, _targetSize) = (checked((int)inputShape.Count), checked((int)targetShape.Count));
        int given = labels?.Length ?? targets!.Length;
        if (inputShape.Rank == 0 || _inputSize == 0 || _targetSize == 0)
        {
            throw new ArgumentException($"An input of shape {inputShape} with targets of shape {targetShape} holds nothing.", nameof(inputShape));
        }

        Count = given / _targetSize;
        if (given % _targetSize != 0 || inputs.LongLength != (long)Count * _inputSize)
        {
            throw new ArgumentException(
                $"{given} targets, {_targetSize} for each example, and inputs of shape {inputShape} need {(long)Count * _inputSize} numbers, not "
                + $"{inputs.LongLength}.",
                nameof(inputs));
        }

        MustBeFinite(inputs, _inputSize, "input", nameof(inputs));
        Preprocessing = preprocessing ?? Preprocessing.Of(inputs, inputShape);
        Preprocessing.ThrowIfNotFor(inputShape);
    }

    /// <summary>One class for each example.</summary>
    /// <param name="inputShape">Shape of one input, such as (D).</param>
    /// <param name="inputs">Input after input; kept, not copied.</param>
    /// <param name="labels">One for each example, below the number of classes; kept, not copied.</param>
    /// <param name="classNames">What the labels stand for.</param>
    /// <param name="preprocessing">By default that which gives each channel (of a row: each number) mean 0 and deviation 1.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, a label names no class, or a number is not finite.</exception>
    public static NumberDataset Classification(
        Shape inputShape, float[] inputs, int[] labels, IReadOnlyList<string> classNames, Preprocessing? preprocessing = null)
    {
        MustBeBelow(classNames.Count, labels);
        return new(LearningTask.Classification, inputShape, inputs, labels, null, Shape.Scalar, classNames, preprocessing);
    }

    /// <summary>Yes or no for each example.</summary>
    /// <param name="inputShape">Shape of one input, such as (D).</param>
    /// <param name="inputs">Input after input; kept, not copied.</param>
    /// <param name="labels">One for each example, 0 or 1; kept, not copied.</param>
    /// <param name="classNames">What 0 and 1 stand for.</param>
    /// <param name="preprocessing">By default that which gives each channel (of a row: each number) mean 0 and deviation 1.</param>
    /// <inheritdoc cref="Classification" path="/exception"/>
    public static NumberDataset Binary(
        Shape inputShape, float[] inputs, int[] labels, IReadOnlyList<string> classNames, Preprocessing? preprocessing = null)
    {
        if (classNames.Count != 2)
        {
            throw new ArgumentException($"Yes or no has 2 classes, not {classNames.Count}.", nameof(classNames));
        }

        MustBeBelow(2, labels);
        return new(LearningTask.BinaryClassification, inputShape, inputs, labels, null, new(1), classNames, preprocessing);
    }

    /// <summary>Any number of classes for each example.</summary>
    /// <param name="inputShape">Shape of one input, such as (D).</param>
    /// <param name="inputs">Input after input; kept, not copied.</param>
    /// <param name="targets">As many as there are classes for each example: 1 for a class that it has, else 0; kept, not copied.</param>
    /// <param name="classNames">The classes.</param>
    /// <param name="preprocessing">By default that which gives each channel (of a row: each number) mean 0 and deviation 1.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, a target is neither 0 nor 1, or a number is not finite.</exception>
    public static NumberDataset MultiLabel(
        Shape inputShape, float[] inputs, float[] targets, IReadOnlyList<string> classNames, Preprocessing? preprocessing = null)
    {
        int wrong = targets.AsSpan().IndexOfAnyExcept(0f, 1f);
        return wrong < 0
            ? new(LearningTask.MultiLabel, inputShape, inputs, null, targets, new(classNames.Count), classNames, preprocessing)
            : throw new ArgumentException(
                $"Target {targets[wrong]} of example {wrong / Math.Max(1, classNames.Count)}, "
                + $"for '{classNames.ElementAtOrDefault(wrong % Math.Max(1, classNames.Count))}', is neither 0 nor 1.",
                nameof(targets));
    }

    /// <summary>Numbers for each example.</summary>
    /// <param name="inputShape">Shape of one input, such as (D).</param>
    /// <param name="inputs">Input after input; kept, not copied.</param>
    /// <param name="targets">As many as there are names for each example; kept, not copied.</param>
    /// <param name="names">What each number is.</param>
    /// <param name="preprocessing">By default that which gives each channel (of a row: each number) mean 0 and deviation 1.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together, or a number is not finite.</exception>
    public static NumberDataset Regression(
        Shape inputShape, float[] inputs, float[] targets, IReadOnlyList<string> names, Preprocessing? preprocessing = null)
    {
        MustBeFinite(targets, Math.Max(1, names.Count), "target", nameof(targets));
        return new(LearningTask.Regression, inputShape, inputs, null, targets, new(names.Count), names, preprocessing);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public Shape ImageShape { get; }

    /// <inheritdoc/>
    public Shape LabelShape { get; }

    /// <inheritdoc/>
    public DType LabelType => Task == LearningTask.Classification ? DType.I32 : DType.F32;

    /// <inheritdoc/>
    public bool HoldsNumbers => true;

    /// <inheritdoc/>
    public LearningTask Task { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public Preprocessing Preprocessing { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Image(int index) => throw new NotSupportedException("The data set holds numbers, not bytes.");

    /// <inheritdoc/>
    public ReadOnlySpan<float> Numbers(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _inputs.AsSpan(index * _inputSize, _inputSize);
    }

    /// <summary>The class of one example; of several the first that it has, or the first of all where it has none.</summary>
    /// <exception cref="NotSupportedException">Targets are numbers.</exception>
    public int Label(int index) => (_labels, Task) switch
    {
        (not null, _) => _labels[index],
        (_, LearningTask.MultiLabel) => Math.Max(0, _targets.AsSpan(index * _targetSize, _targetSize).IndexOf(1f)),
        _ => throw new NotSupportedException("The data set has numbers for targets, not classes."),
    };

    /// <inheritdoc/>
    public void ReadTargets(int index, Span<float> targets)
    {
        if (_targets is null)
        {
            targets[0] = _labels![index];
        }
        else
        {
            _targets.AsSpan(index * _targetSize, _targetSize).CopyTo(targets);
        }
    }

    private static void MustBeBelow(int classes, int[] labels)
    {
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
        if (classes == 0 || wrong >= 0)
        {
            throw new ArgumentException(
                classes == 0
                    ? "A data set has at least 1 class."
                    : $"Label {labels[wrong]} of example {wrong} names none of the {classes} classes.",
                nameof(labels));
        }
    }

    private static void MustBeFinite(float[] numbers, int each, string what, string parameter)
    {
        int wrong = Array.FindIndex(numbers, number => !float.IsFinite(number));
        if (wrong >= 0)
        {
            throw new ArgumentException($"Number {wrong % each} of the {what} of example {wrong / each} is {numbers[wrong]}.", parameter);
        }
    }
}
