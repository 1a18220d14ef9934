using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Descent.Generators;

/// <summary>An instruction set that the microkernel is written for.</summary>
internal sealed class MicrokernelTier(string name, string vector, string mask, (int MaxRows, int Vectors)[] sizes)
{
    public string Class { get; } = name;

    public string Vector { get; } = vector;

    /// <summary>Floats in a vector, whose bits its name tells.</summary>
    public int Width { get; } = int.Parse(vector.Substring("Vector".Length), CultureInfo.InvariantCulture) / 32;

    public string Mask { get; } = mask;

    public (int MaxRows, int Vectors)[] Sizes { get; } = sizes;
}

/// <summary>The microkernel's text and the rules, stated at its head, by which lines are repeated and left out.</summary>
internal sealed class MicrokernelTemplate(IReadOnlyList<string> modes, IReadOnlyList<MicrokernelTier> tiers, string[] body)
{
    private const int RowsPerPointer = 3;

    private static readonly string[] Strides = ["0", "lda", "lda2"];

    public IReadOnlyList<string> Modes { get; } = modes;

    public IReadOnlyList<MicrokernelTier> Tiers { get; } = tiers;

    /// <summary>Whether the kernels take an epilogue as type parameter.</summary>
    public bool IsGeneric { get; } = Array.Exists(body, line => line.Contains("<E>"));

    public static MicrokernelTemplate Parse(string text)
    {
        string[] lines = text.Replace("\r", "").Split('\n');
        int body = Array.IndexOf(lines, "@kernel") + 1;
        string[][] header = [.. lines.Take(body).Select(line => line.Split(' '))];
        return new MicrokernelTemplate(
            [.. header.Where(words => words[0] == "@modes").SelectMany(words => words.Skip(1))],
            [.. header.Where(words => words[0] == "@tier").Select(t => new MicrokernelTier(t[1], t[2], t[3], [.. t.Skip(4).Select(Size)]))],
            [.. lines.Skip(body)]);
    }

    /// <summary>Appends the kernel of one size.</summary>
    public void Expand(StringBuilder text, string mode, int rows, int vectors)
    {
        for (int at = 0; at < body.Length; at++)
        {
            string directive = body[at].Trim();
            if (directive is not ("@rows" or "@groups"))
            {
                Line(text, body[at], mode, rows, vectors, row: 0);
                continue;
            }

            int end = Array.FindIndex(body, at, line => line.Trim() == "@end");
            for (int row = 0; row < rows; row += directive == "@rows" ? 1 : RowsPerPointer)
            {
                for (int inner = at + 1; inner < end; inner++)
                {
                    Line(text, body[inner], mode, rows, vectors, row);
                }
            }

            at = end;
        }
    }

    private static void Line(StringBuilder text, string line, string mode, int rows, int vectors, int row)
    {
        if (TakePrefix(ref line, "row: ") && mode != "Row"
            || TakePrefix(ref line, "column: ") && mode != "Column"
            || TakePrefix(ref line, "one: ") && vectors != 1
            || TakePrefix(ref line, "pair: ") && vectors != 2)
        {
            return;
        }

        int first = 0, count = line.Contains("$j") ? vectors : 1;
        if (TakePrefix(ref line, "full: "))
        {
            count = vectors - 1;
        }
        else if (TakePrefix(ref line, "last: "))
        {
            first = vectors - 1;
        }

        int group = row - row % RowsPerPointer;
        string element = mode == "Row" ? $"a{group}[{Strides[row % RowsPerPointer]}]" : $"a[{row}]";
        for (int vector = first; vector < count; vector++)
        {
            text.Append(line
                .Replace("$MODE", mode)
                .Replace("$MR", Number(rows))
                .Replace("$NV", Number(vectors))
                .Replace("$A", element)
                .Replace("$i", Number(row))
                .Replace("$g", Number(group))
                .Replace("$j", Number(vector))).Append('\n');
        }
    }

    /// <summary>Removes a prefix after the indentation and says whether it stood there.</summary>
    private static bool TakePrefix(ref string line, string prefix)
    {
        int indent = line.Length - line.TrimStart().Length;
        if (string.CompareOrdinal(line, indent, prefix, 0, prefix.Length) != 0)
        {
            return false;
        }

        line = line.Remove(indent, prefix.Length);
        return true;
    }

    private static (int MaxRows, int Vectors) Size(string text)
    {
        string[] parts = text.Split('x');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
