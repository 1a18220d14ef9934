using System.Text;

namespace Descent;

/// <summary>A table in a text file: columns with names, rows of texts.</summary>
/// <remarks>
/// Fields are parted by the one of comma, semicolon and tab that the first line has most of, and may stand in double quotes, in which two of
/// them mean one. Empty lines are passed over. Source: RFC 4180.
/// </remarks>
internal sealed class CsvTable
{
    private const int MostColumns = 100_000;
    private readonly List<int> _lines = [];
    private readonly List<string[]> _rows = [];

    private CsvTable(string path, string[] columns)
    {
        (Path, Columns) = (path, columns);
    }

    private static readonly char[] s_separators = [',', ';', '\t'];

    /// <summary>The options that say what columns are.</summary>
    public static IReadOnlyList<string> Options { get; } = ["label", "target", "drop", "header"];

    public string Path { get; }

    /// <summary>Their names; 1, 2, … where the file has none.</summary>
    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Where a row stands, from 1.</summary>
    public int LineOf(int row) => _lines[row];

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is no table: not UTF-8, without rows, or with rows of different lengths.</exception>
    public static CsvTable Read(string path, bool hasHeader)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no table {path}; 'csv' takes a file in UTF-8, a row in every line.", path);
        }

        string text = TextFile.Read(path);
        int firstEnd = text.IndexOfAny(['\n', '\r']);
        string first = firstEnd < 0 ? text : text[..firstEnd];
        char separator = s_separators.MaxBy(candidate => first.Count(character => character == candidate));
        CsvTable? table = null;
        int line = 1;
        for (int at = 0; at < text.Length;)
        {
            int start = line;
            string[] fields = Row(path, text, ref at, ref line, separator);
            if (fields is [""])
            {
                continue;
            }

            if (table is null)
            {
                table = new(path, hasHeader ? fields : [.. Enumerable.Range(1, fields.Length).Select(i => $"{i}")]);
                table.CheckColumns(start);
                if (hasHeader)
                {
                    continue;
                }
            }

            if (fields.Length != table.Columns.Count)
            {
                throw DataFormatException.AtLine(path, start,
                    $"the row has {fields.Length} fields, but the table has {table.Columns.Count} columns ({string.Join(", ", table.Columns.Take(8))}).");
            }

            table._rows.Add(fields);
            table._lines.Add(start);
        }

        return table is { _rows.Count: > 0 } ? table : throw new DataFormatException(path, "the table has no rows.");
    }

    /// <summary>The place of a column.</summary>
    /// <exception cref="DataFormatException">There is none of that name; the message names the nearest.</exception>
    public int IndexOf(string column)
    {
        int index = Columns.ToList().IndexOf(column);
        return index >= 0 ? index : throw new DataFormatException(Path,
            $"the table has no column '{column}'; did you mean '{NearestName.To(column, Columns)}'? "
            + $"It has {string.Join(", ", Columns.Take(20))}{(Columns.Count > 20 ? ", …" : "")}.");
    }

    private void CheckColumns(int line)
    {
        string? twice = Columns.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null || Columns.Count > MostColumns)
        {
            throw DataFormatException.AtLine(Path, line, twice is null
                ? $"the table has {Columns.Count} columns, more than {MostColumns}."
                : $"the column '{twice}' occurs twice; rename one, or say header=no where the first line is no header.");
        }
    }

    private static string[] Row(string path, string text, ref int at, ref int line, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        int start = line;
        bool isQuoted = false;
        for (; at < text.Length; at++)
        {
            char character = text[at];
            if (isQuoted)
            {
                line += character == '\n' ? 1 : 0;
                if (character != '"')
                {
                    field.Append(character);
                }
                else if (at + 1 < text.Length && text[at + 1] == '"')
                {
                    field.Append('"');
                    at++;
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (character == '"' && field.Length == 0)
            {
                isQuoted = true;
            }
            else if (character == separator)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else if (character is '\n' or '\r')
            {
                at += character == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                line++;
                break;
            }
            else
            {
                field.Append(character);
            }
        }

        if (isQuoted)
        {
            throw DataFormatException.AtLine(path, start, "a double quote is not closed; inside quotes a quote is written twice.");
        }

        fields.Add(field.ToString().Trim());
        return [.. fields];
    }
}
