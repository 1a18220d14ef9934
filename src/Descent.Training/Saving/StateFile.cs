using System.Numerics;
using System.Runtime.InteropServices;

namespace Descent;

/// <summary>Cells to safetensors and back: the common part of saving modules and optimizers.</summary>
internal static class StateFile
{
    public static void Write(string path, IReadOnlyDictionary<string, Cell> state, IEnumerable<KeyValuePair<string, string>>? metadata) =>
        Safetensors.Write(path, TensorsOf(state), metadata);

    /// <summary>Cells, and tensors that belong to no cell.</summary>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Cell> state,
        IReadOnlyDictionary<string, Tensor> beside,
        IEnumerable<KeyValuePair<string, string>>? metadata) => Safetensors.Write(
        path,
        TensorsOf(state).Concat(beside.Select(
            tensor => KeyValuePair.Create(tensor.Key, SafetensorsTensor.Of<float>([.. SizesOf(tensor.Value.Shape)], tensor.Value.ToArray<float>())))),
        metadata);

    /// <summary>The tensors of some names, in single precision.</summary>
    /// <exception cref="InvalidDataException">One holds no floating-point numbers.</exception>
    public static IReadOnlyDictionary<string, float[]> Singles(string path, Func<string, bool> wanted)
    {
        try
        {
            return Safetensors.Read(path).Tensors.Where(tensor => wanted(tensor.Key)).ToDictionary(tensor => tensor.Key, tensor => tensor.Value.ToSingles());
        }
        catch (InvalidCastException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The bytes of a file of the cells as they are now.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Encode(
        IReadOnlyDictionary<string, Cell> state, IEnumerable<KeyValuePair<string, string>>? metadata) =>
        Safetensors.Encode(TensorsOf(state), metadata);

    /// <summary>Writes every cell from the file, nothing when anything does not fit; names that may be ignored need no cell.</summary>
    /// <exception cref="InvalidDataException">A name is missing or unknown, or a shape or type differs.</exception>
    public static IReadOnlyDictionary<string, string> Read(
        string path, IReadOnlyDictionary<string, Cell> state, Func<string, bool> mayIgnore)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path, state, mayIgnore);
    }

    /// <inheritdoc cref="Read(string, IReadOnlyDictionary{string, Cell}, Func{string, bool})"/>
    public static IReadOnlyDictionary<string, string> Read(
        Stream stream, string path, IReadOnlyDictionary<string, Cell> state, Func<string, bool> mayIgnore)
    {
        Safetensors file = Fitting(Safetensors.Read(stream, path), path, state, mayIgnore);
        foreach ((string name, Cell cell) in state)
        {
            WriteCell(cell, file.Tensors[name].Bytes);
        }

        return file.Metadata;
    }

    /// <summary>Writes to every cell the mean of what the files hold; of integers, those of the last file.</summary>
    /// <inheritdoc cref="Read(string, IReadOnlyDictionary{string, Cell}, Func{string, bool})" path="/exception"/>
    public static void ReadMean(IReadOnlyList<string> paths, IReadOnlyDictionary<string, Cell> state, Func<string, bool> mayIgnore)
    {
        Safetensors[] files = [.. paths.Select(path => Fitting(Safetensors.Read(path), path, state, mayIgnore))];
        foreach ((string name, Cell cell) in state)
        {
            byte[][] values = [.. files.Select(file => file.Tensors[name].Bytes)];
            switch (cell.DType)
            {
                case DType.F32:
                    cell.Write<float>(Mean<float>(values));
                    break;
                case DType.F64:
                    cell.Write<double>(Mean<double>(values));
                    break;
                default:
                    WriteCell(cell, values[^1]);
                    break;
            }
        }
    }

    /// <summary>A file that holds every cell with its shape and type, and nothing else but what may be ignored.</summary>
    private static Safetensors Fitting(
        Safetensors file, string path, IReadOnlyDictionary<string, Cell> state, Func<string, bool> mayIgnore)
    {
        foreach ((string name, Cell cell) in state)
        {
            if (!file.Tensors.TryGetValue(name, out SafetensorsTensor? tensor))
            {
                throw new InvalidDataException($"{path}: there is no {name} {cell.Shape} in it; it was saved from another network.");
            }

            if (tensor.DType != DTypeOf(cell.DType) || !tensor.Shape.SequenceEqual(SizesOf(cell.Shape)))
            {
                throw new InvalidDataException(
                    $"{path}: {name} is {tensor.DType} ({string.Join(", ", tensor.Shape)}), "
                    + $"but the network needs {DTypeOf(cell.DType)} {cell.Shape}.");
            }
        }

        if (file.Tensors.Keys.FirstOrDefault(name => !state.ContainsKey(name) && !mayIgnore(name)) is { } unknown)
        {
            throw new InvalidDataException($"{path}: the network has nothing that is named {unknown}; it was saved from another network.");
        }

        return file;
    }

    /// <summary>Element by element, summed in double precision.</summary>
    private static T[] Mean<T>(byte[][] values)
        where T : unmanaged, INumber<T>
    {
        var mean = new T[MemoryMarshal.Cast<byte, T>(values[0]).Length];
        for (int i = 0; i < mean.Length; i++)
        {
            double sum = 0;
            foreach (byte[] bytes in values)
            {
                sum += double.CreateChecked(MemoryMarshal.Cast<byte, T>(bytes)[i]);
            }

            mean[i] = T.CreateChecked(sum / values.Length);
        }

        return mean;
    }

    private static IEnumerable<KeyValuePair<string, SafetensorsTensor>> TensorsOf(IReadOnlyDictionary<string, Cell> state) =>
        state.Select(cell => KeyValuePair.Create(cell.Key, TensorOf(cell.Value)));

    private static SafetensorsTensor TensorOf(Cell cell) => new(DTypeOf(cell.DType), [.. SizesOf(cell.Shape)], cell.Read().ToBytes());

    private static IEnumerable<long> SizesOf(Shape shape) => shape.Sizes.ToArray().Select(size => (long)size);

    private static string DTypeOf(DType type) => type.Name().ToUpperInvariant();

    public static void WriteCell(Cell cell, byte[] bytes)
    {
        switch (cell.DType)
        {
            case DType.F32:
                cell.Write<float>(MemoryMarshal.Cast<byte, float>(bytes));
                break;
            case DType.F64:
                cell.Write<double>(MemoryMarshal.Cast<byte, double>(bytes));
                break;
            case DType.I32:
                cell.Write<int>(MemoryMarshal.Cast<byte, int>(bytes));
                break;
            case DType.I64:
                cell.Write<long>(MemoryMarshal.Cast<byte, long>(bytes));
                break;
            case DType.U8:
                cell.Write<byte>(bytes);
                break;
            default:
                cell.Write<bool>(MemoryMarshal.Cast<byte, bool>(bytes));
                break;
        }
    }
}
