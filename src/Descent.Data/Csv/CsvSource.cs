using System.Globalization;

namespace Descent;

/// <summary>A table whose rows are examples: <c>csv:FILE:label=COLUMN</c> or <c>csv:FILE:target=COLUMN+COLUMN</c>, and <c>drop=COLUMN+COLUMN</c>.</summary>
/// <remarks>
/// The label's texts are the classes: in the order of their values where all are whole numbers, else in ordinal order. Several labels,
/// <c>label=COLUMN+COLUMN</c>, are classes of which an example may have any number: 1 where it has one, else 0. Targets are numbers to be learned.
/// All other columns are inputs and hold numbers. <c>header=no</c>: columns are called 1, 2, ….
/// </remarks>
internal static class CsvSource
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">It is no table, a column is missing, or a field is no number.</exception>
    public static DataSplits Load(string path, SourceOptions options, SplitParts parts)
    {
        bool hasHeader = options["header"] switch
        {
            null or "yes" => true,
            "no" => false,
            string other => throw new DataFormatException(path, $"header={other}: it is 'yes' or 'no'."),
        };
        var table = CsvTable.Read(path, hasHeader);
        int[] dropped = Find("drop"), targets = Find("target"), label = Find("label");
        if (label.Length + targets.Length == 0 || (label.Length > 0 && targets.Length > 0))
        {
            throw new DataFormatException(path,
                $"say what is to be learned: label=COLUMN with classes, label=COLUMN+COLUMN of 0 and 1, or target=COLUMN+COLUMN with numbers. "
                + $"The columns are {string.Join(", ", table.Columns.Take(20))}.");
        }

        int[] inputs = [.. Enumerable.Range(0, table.Columns.Count).Except([.. dropped, .. targets, .. label])];
        if (inputs.Length == 0)
        {
            throw new DataFormatException(path, "no column is left as an input.");
        }

        float[] numbers = Numbers(table, inputs);
        var shape = new Shape(inputs.Length);
        IDataset all;
        try
        {
            all = label.Length > 1
                ? NumberDataset.MultiLabel(shape, numbers, Numbers(table, label), [.. label.Select(column => table.Columns[column])])
                : label.Length > 0
                ? Classes(table, label[0], shape, numbers)
                : NumberDataset.Regression(shape, numbers, Numbers(table, targets), [.. targets.Select(column => table.Columns[column])]);
        }
        catch (ArgumentException e)
        {
            throw new DataFormatException(path, e.Message, e);
        }

        return DataSplits.Of(all, parts, []);

        int[] Find(string role) => [.. options.Names(role).Select(table.IndexOf)];
    }

    private static NumberDataset Classes(CsvTable table, int column, Shape shape, float[] numbers)
    {
        string[] names = [.. table.Rows.Select(row => row[column]).Distinct(StringComparer.Ordinal)];
        bool areNumbers = names.All(name => int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        names = areNumbers
            ? [.. names.OrderBy(name => int.Parse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))]
            : [.. names.Order(StringComparer.Ordinal)];
        int empty = table.Rows.Index().FirstOrDefault(row => row.Item[column].Length == 0, (-1, [])).Index;
        if (empty >= 0)
        {
            throw DataFormatException.AtLine(table.Path, table.LineOf(empty), $"the label '{table.Columns[column]}' is empty; fill it in or delete the row.");
        }

        if (names.Length < 2)
        {
            throw new DataFormatException(table.Path, $"the label '{table.Columns[column]}' is '{names[0]}' in every row; classes take two.");
        }

        Dictionary<string, int> labels = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return NumberDataset.Classification(shape, numbers, [.. table.Rows.Select(row => labels[row[column]])], names);
    }

    private static float[] Numbers(CsvTable table, int[] columns)
    {
        float[] numbers = new float[checked(table.Rows.Count * columns.Length)];
        for (int row = 0; row < table.Rows.Count; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                string text = table.Rows[row][columns[i]];
                string name = table.Columns[columns[i]];
                numbers[row * columns.Length + i] = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
                    ? value
                    : throw DataFormatException.AtLine(table.Path, table.LineOf(row), text.Length == 0
                        ? $"the field of '{name}' is empty; fill it in, delete the row, or leave the column out: drop={name}."
                        : $"'{text}' in the column '{name}' is no number; leave the column out (drop={name}), or make it the label.");
            }
        }

        return numbers;
    }
}
