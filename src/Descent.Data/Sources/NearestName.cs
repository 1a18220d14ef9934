namespace Descent;

/// <summary>The known name that a mistyped one was probably meant to be.</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate with the fewest letters to insert, delete, replace or swap with their neighbour; the first of several. A beginning is
    /// near.
    /// </summary>
    public static string To(string word, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => IsBeginning(word, candidate) ? 1 : Distance(word, candidate))!;

    private static bool IsBeginning(string word, string candidate) =>
        word.Length > 1 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase) && candidate.Length > word.Length;

    // Damerau and Levenshtein's distance with adjacent swaps (optimal string alignment), letters compared without case.
    private static int Distance(string a, string b)
    {
        int[,] edits = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                int replaced = edits[i - 1, j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                edits[i, j] = Math.Min(Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, replaced);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[a.Length, b.Length];
    }

    private static bool Same(char x, char y) => char.ToLowerInvariant(x) == char.ToLowerInvariant(y);
}
