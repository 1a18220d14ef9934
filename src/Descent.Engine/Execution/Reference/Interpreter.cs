using System.Runtime.InteropServices;

namespace Descent;

/// <summary>
/// Runs any graph node by node with the naive kernels in double: no planner, no fusion, no layouts. What it says is what a plan must
/// compute.
/// </summary>
internal static class Interpreter
{
    /// <summary>The value of one tensor, row-major, as double whatever its element type.</summary>
    public static double[] Evaluate(Tensor tensor) => Evaluate([tensor])[0];

    /// <summary>The values of several tensors, each node computed once.</summary>
    public static double[][] Evaluate(IReadOnlyList<Tensor> tensors)
    {
        var values = new Dictionary<Tensor, double[]>(ReferenceEqualityComparer.Instance);
        var result = new double[tensors.Count][];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = Evaluate(tensors[i], values);
        }

        return result;
    }

    /// <summary>The value of one tensor where some leaves have values in double that their own element type could not hold.</summary>
    public static double[] Evaluate(Tensor tensor, IEnumerable<(Tensor Leaf, double[] Values)> given)
    {
        var values = new Dictionary<Tensor, double[]>(ReferenceEqualityComparer.Instance);
        foreach ((Tensor leaf, double[] value) in given)
        {
            values.Add(leaf, value);
        }

        return Evaluate(tensor, values);
    }

    /// <summary>Computes one op on double values; the element types say how results are rounded.</summary>
    public static double[][] Compute(Op op, TensorType[] inputTypes, double[][] inputs, byte[]?[] raw, TensorType[] outputTypes)
    {
        var outputs = new double[outputTypes.Length][];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new double[outputTypes[i].Count];
        }

        op.Reference(new ReferenceCall(inputTypes, inputs, raw, outputTypes, outputs));
        for (int i = 0; i < outputs.Length; i++)
        {
            WrapAround(outputs[i], outputTypes[i].DType);
        }

        return outputs;
    }

    /// <summary>Integers keep the low bits that their type has room for, as far as double precision knows them.</summary>
    private static void WrapAround(Span<double> values, DType type)
    {
        foreach (ref double value in values)
        {
            value = type switch
            {
                DType.U8 => unchecked((byte)(long)value),
                DType.I32 => unchecked((int)(long)value),
                DType.Bool => value == 0 ? 0 : 1,
                _ => value,
            };
        }
    }

    private static double[] Evaluate(Tensor root, Dictionary<Tensor, double[]> values)
    {
        var stack = new Stack<Tensor>();
        stack.Push(root);
        while (stack.TryPeek(out Tensor? node))
        {
            if (values.ContainsKey(node))
            {
                stack.Pop();
                continue;
            }

            if (node.Value is not null || node.IsLeaf)
            {
                values[node] = Read(node);
                stack.Pop();
                continue;
            }

            node.ThrowIfConsumed("the reference interpreter");
            if (node.Op is Pick)
            {
                // Its producer computes all outputs, even where the first of them is kept.
                node = node.Inputs![0];
            }

            if (node.Inputs is null)
            {
                throw new StaleTensorException(
                    $"the reference interpreter: {node.Op.Name} {node.Type} was consumed by an optimizer's step.");
            }

            bool ready = true;
            foreach (Tensor input in node.Inputs)
            {
                if (!values.ContainsKey(input))
                {
                    stack.Push(input);
                    ready = false;
                }
            }

            if (!ready)
            {
                continue;
            }

            stack.Pop();
            Tensor[] inputs = node.Inputs;
            double[][] outputs = Compute(
                node.Op,
                [.. inputs.Select(x => x.Type)],
                [.. inputs.Select(x => values[x])],
                [.. inputs.Select(Raw)],
                [.. Enumerable.Range(0, node.OutputCount).Select(i => node.Output(i).Type)]);
            for (int i = 0; i < outputs.Length; i++)
            {
                values[node.Output(i)] = outputs[i];
            }
        }

        return values[root];
    }

    private static double[] Read(Tensor leaf)
    {
        if (leaf.Value is { } kept)
        {
            return Values.ToDouble(kept);
        }

        switch (leaf.Source)
        {
            case Cell cell:
                return Values.ToDouble(cell.Storage);
            case Slot slot:
                return Values.ToDouble(slot.Storage);
            default:
                return Values.ToDouble(Raw(leaf)!, leaf.Type);
        }
    }

    private static byte[]? Raw(Tensor leaf)
    {
        if (leaf.Source is not Uniform uniform)
        {
            return null;
        }

        byte[] bytes = new byte[leaf.Type.Bytes];
        uniform.Write(bytes);
        return bytes;
    }
}

/// <summary>Element types to double and back.</summary>
internal static class Values
{
    /// <summary>All elements, row-major. The memory is held meanwhile: a span alone would not keep the collector from freeing it.</summary>
    public static double[] ToDouble(Storage storage)
    {
        Storage ordered = storage.Order == AxisOrder.RowMajor ? storage : Layouts.ToRowMajor(storage);
        double[] result = ToDouble(ordered.Bytes, ordered.Type);
        GC.KeepAlive(ordered);
        return result;
    }

    public static double[] ToDouble(ReadOnlySpan<byte> source, TensorType type)
    {
        double[] result = new double[type.Count];
        ToDouble(source, type.DType, result);
        return result;
    }

    public static void ToDouble(ReadOnlySpan<byte> source, DType type, Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = type switch
            {
                DType.F32 => MemoryMarshal.Cast<byte, float>(source)[i],
                DType.F64 => MemoryMarshal.Cast<byte, double>(source)[i],
                DType.I32 => MemoryMarshal.Cast<byte, int>(source)[i],
                DType.I64 => MemoryMarshal.Cast<byte, long>(source)[i],
                _ => source[i],
            };
        }
    }

    public static void FromDouble(ReadOnlySpan<double> source, DType type, Span<byte> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            switch (type)
            {
                case DType.F32:
                    MemoryMarshal.Cast<byte, float>(destination)[i] = (float)source[i];
                    break;
                case DType.F64:
                    MemoryMarshal.Cast<byte, double>(destination)[i] = source[i];
                    break;
                case DType.I32:
                    MemoryMarshal.Cast<byte, int>(destination)[i] = (int)source[i];
                    break;
                case DType.I64:
                    MemoryMarshal.Cast<byte, long>(destination)[i] = (long)source[i];
                    break;
                case DType.Bool:
                    destination[i] = source[i] != 0 ? (byte)1 : (byte)0;
                    break;
                default:
                    destination[i] = (byte)source[i];
                    break;
            }
        }
    }
}

/// <summary>Copies between axis orders, for values that leave the engine.</summary>
internal static class Layouts
{
    public static Storage ToRowMajor(Storage source)
    {
        var result = new Storage(source.Type);
        Strided from = Strided.Dense(source.Type.Shape, source.Order);
        int size = source.Type.DType.Size();
        Span<int> index = stackalloc int[Shape.MaxRank];
        index.Clear();
        long offset = 0;
        Shape shape = source.Type.Shape;
        for (long i = 0; i < shape.Count; i++)
        {
            source.Bytes.Slice((int)offset * size, size).CopyTo(result.Bytes[((int)i * size)..]);
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                offset += from[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                offset -= from[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        GC.KeepAlive(source);
        return result;
    }
}
