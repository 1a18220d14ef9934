using System.Text;

namespace Descent;

/// <summary>Reads a text in UTF-8.</summary>
internal static class TextFile
{
    private const int MostBytes = 256 << 20;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is no UTF-8, or too large.</exception>
    public static string Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"There is no text {path}; 'text' takes a file in UTF-8, or a folder of one .txt file for each class.", path);
        }

        if (file.Length > MostBytes)
        {
            throw new DataFormatException(path, MostBytes, $"the text has {file.Length} bytes, more than {MostBytes}; cut it.");
        }

        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            ReadOnlySpan<byte> text = bytes;
            return s_strict.GetString(text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text);
        }
        catch (DecoderFallbackException e)
        {
            throw new DataFormatException(path, Math.Max(0, e.Index), "the text is not UTF-8; save it as such.", e);
        }
    }
}
