using System.Security.Cryptography;
using System.Text;

namespace Descent;

/// <summary>One number for the weights of a network: equal exactly when every parameter and buffer is equal bit for bit.</summary>
public static class WeightsHash
{
    /// <summary>
    /// SHA-256, in lower-case hexadecimal, over every parameter and buffer in ordinal order of its state name: name, element type and
    /// sizes as text
    /// (<c>conv1.weight f32 6,1,5,5</c> and a line feed), then the values as little-endian bytes, last axis innermost.
    /// </summary>
    public static string Of(Module module)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Cell cell) in module.State().OrderBy(cell => cell.Key, StringComparer.Ordinal))
        {
            string sizes = string.Join(',', cell.Shape.Sizes.ToArray());
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {cell.DType.Name()} {sizes}\n"));
            hash.AppendData(cell.Read().ToBytes());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
