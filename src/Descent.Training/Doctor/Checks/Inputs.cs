namespace Descent;

/// <summary>Inputs of a data set as numbers, bytes or not.</summary>
internal static class Inputs
{
    /// <summary>One input as it is kept.</summary>
    public static float[] Raw(IDataset data, int index)
    {
        if (data.HoldsNumbers)
        {
            return data.Numbers(index).ToArray();
        }

        byte[] bytes = Bytes(data, index);
        float[] numbers = new float[bytes.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = bytes[i];
        }

        return numbers;
    }

    /// <summary>The bytes of one input.</summary>
    public static byte[] Bytes(IDataset data, int index)
    {
        byte[] bytes = new byte[checked((int)data.ImageShape.Count)];
        data.ReadImage(index, bytes);
        return bytes;
    }
}
