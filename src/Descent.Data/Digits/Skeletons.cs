using System.Globalization;
using System.Numerics;

namespace Descent;

/// <summary>The hand-made strokes that the digits are drawn from: several ways people write each of 0–9.</summary>
/// <remarks>
/// A variant is a line of text on a page 100 wide and 100 high, y downwards: knots <c>x,y</c> joined by a smooth curve through all of them;
/// <c>|</c> makes the knot before it a corner, <c>;</c> lifts the pen. The number in front is how often the variant occurs beside its
/// siblings.
/// </remarks>
internal static class Skeletons
{
    private static readonly Skeleton[][] s_byDigit = [.. Table().Select(variants => variants.Select(Skeleton.Parse).ToArray())];

    /// <summary>The variants of a digit, each with its share of the drawings.</summary>
    internal static ReadOnlySpan<Skeleton> Of(int digit) => s_byDigit[digit];

    private static string[][] Table() =>
    [
        [ // 0: oval, overlapping, open, wide, looped at the top
            "4: 50,4 28,14 16,48 26,84 50,96 74,84 84,48 72,14 50,4",
            "3: 58,6 36,16 24,50 32,84 50,96 68,82 76,50 66,16 48,4 38,12",
            "2: 62,10 40,6 20,34 20,70 44,96 72,82 82,46 70,16 52,10",
            "2: 50,8 22,22 8,50 22,80 50,92 78,80 92,50 78,22 52,8",
            "1: 40,14 24,34 18,60 32,90 56,94 78,70 80,38 62,10 44,8 38,22 52,24 66,12",
        ],
        [ // 1: bar, leaning bar, flag, flag and foot, short serif
            "6: 50,4 50,96",
            "4: 56,4 52,40 46,96",
            "2: 38,22 52,6 | 50,96",
            "1: 34,20 52,6 | 52,94 ; 26,95 78,95",
            "2: 42,16 54,5 | 52,96",
        ],
        [ // 2: straight foot, loop at the foot, wavy foot, z, wide loop
            "3: 20,26 32,8 58,4 78,20 72,44 48,70 18,94 | 84,92",
            "2: 20,24 36,6 62,6 76,24 66,50 40,80 22,92 16,80 30,74 50,88 70,96 88,88",
            "3: 18,22 40,4 70,10 76,32 56,62 14,94 | 40,90 66,96 90,88",
            "1: 20,12 50,6 76,16 64,44 20,92 | 82,94",
            "2: 24,20 44,6 64,12 66,32 50,62 22,92 10,82 24,70 50,80 72,86 96,74",
            "1: 30,10 58,8 64,30 44,66 24,92 18,76 34,66 58,78 90,86",
            "1: 16,14 48,6 68,18 56,42 30,72 10,90 | 44,86 94,90",
            "1: 26,30 30,10 52,4 62,20 50,52 26,90 12,92 16,78 36,80 60,92 92,94",
            "2: 14,30 30,8 58,6 74,22 68,50 44,82 22,94 10,84 22,72 44,80 64,92 92,90",
        ],
        [ // 3: sharp waist, soft waist, flat top, loop in the waist
            "4: 22,14 44,4 72,12 74,32 44,46 | 74,54 80,76 56,96 18,88",
            "3: 20,16 46,4 72,16 68,38 44,46 68,52 80,72 60,94 30,96 14,84",
            "2: 24,20 44,6 68,10 70,24 54,40 | 66,52 70,70 54,88 24,94",
            "1: 14,12 40,8 66,16 60,30 38,44 | 60,44 82,58 72,82 44,94 12,84",
            "1: 20,20 40,6 74,8 | 44,40 | 70,46 72,66 52,84 20,94",
            "1: 22,8 76,8 | 46,42 | 72,50 82,72 62,94 34,96 16,84",
            "1: 22,12 50,4 74,16 66,38 42,48 36,44 44,42 72,54 78,78 52,96 18,88",
        ],
        [ // 4: open, closed, cup, closed by a leaning bar, lightning
            "4: 26,6 20,30 16,54 | 50,56 84,50 ; 72,4 68,50 62,96",
            "2: 66,4 14,64 | 90,64 ; 66,4 64,96",
            "3: 24,8 18,40 30,56 56,52 76,40 ; 78,6 72,50 66,96",
            "1: 30,30 14,60 | 84,56 ; 70,6 60,94",
            "1: 60,4 16,60 | 86,58 ; 66,34 60,96",
        ],
        [ // 5: cap as a stroke of its own, one stroke, like an S, angular, cap detached
            "3: 28,8 24,44 | 50,38 76,52 78,76 54,96 18,90 ; 28,8 80,6",
            "3: 78,6 30,8 | 26,44 | 50,36 78,52 76,80 48,96 18,86",
            "2: 76,8 44,10 28,20 30,40 56,50 76,66 70,88 42,96 16,88",
            "2: 40,26 30,52 | 52,50 66,64 58,84 36,94 16,88 ; 40,26 66,18 96,8",
            "1: 80,8 36,10 | 28,46 | 56,44 72,62 62,86 34,96 14,90",
            "2: 34,14 28,44 | 54,42 74,60 66,86 38,96 16,88 ; 40,12 88,4",
        ],
        [ // 6: curved stem, straight stem, big curl, slim
            "3: 66,4 38,24 20,60 26,88 50,96 72,84 74,64 54,54 30,64 22,76",
            "3: 56,4 34,36 22,72 36,94 60,92 72,74 60,58 38,62 24,78",
            "2: 74,8 46,10 24,40 18,74 38,96 66,90 78,70 64,54 40,58 24,72",
            "1: 36,4 24,40 22,74 44,96 80,90 92,74 78,62 50,74 40,90",
            "2: 44,4 32,40 28,76 40,94 60,90 66,72 54,60 38,68 30,80",
        ],
        [ // 7: plain, curved, serif, with a bar, round shoulder
            "3: 16,12 82,10 | 60,48 42,96",
            "3: 16,16 40,10 80,12 | 62,40 50,68 46,96",
            "2: 18,24 20,10 | 82,10 | 56,52 44,96",
            "2: 16,12 82,10 | 60,48 42,96 ; 32,52 80,50",
            "1: 10,26 30,14 50,22 84,8 | 60,44 36,96",
            "1: 18,44 20,14 | 50,10 80,14 | 72,50 70,94",
            "1: 14,22 24,10 44,18 82,8 | 58,46 40,96 ; 36,56 76,46",
            "2: 14,18 34,8 66,8 80,16 70,40 54,66 44,96",
        ],
        [ // 8: one stroke, two rings, slim, open at the top
            "3: 72,16 50,4 28,16 34,36 54,48 74,66 70,88 48,96 26,86 28,66 50,48 70,32 74,16",
            "2: 50,4 30,14 30,36 50,46 70,36 70,14 50,4 ; 50,46 24,58 22,84 50,96 78,84 76,58 50,46",
            "2: 66,12 46,6 36,20 48,44 60,66 56,90 40,94 32,80 44,56 62,32 68,14",
            "2: 74,12 54,4 32,14 36,34 62,56 62,84 44,96 32,82 46,58 74,36 78,16 66,6",
            "2: 82,8 60,6 34,16 26,34 40,46 56,58 60,80 44,96 28,86 36,64 60,44 78,24 80,8",
            "1: 60,44 34,40 28,20 46,4 70,10 74,30 56,46 38,60 34,84 50,96 64,84 62,62 50,46",
            "2: 76,10 50,6 28,20 40,42 66,62 68,86 44,96 24,82 38,58 64,36 80,14",
        ],
        [ // 9: straight stem, curved tail, leaning, slim, loop apart from the stem
            "3: 72,22 52,4 28,14 22,36 40,50 62,42 72,22 | 70,60 66,96",
            "2: 74,24 56,4 28,12 22,36 42,50 66,40 74,22 74,60 62,90 34,96 22,88",
            "3: 70,16 46,6 24,22 26,44 48,50 70,34 72,10 | 66,56 58,96",
            "2: 66,10 44,8 28,28 36,46 58,40 68,14 60,56 48,96",
            "1: 88,10 54,6 20,18 14,34 34,42 66,30 84,14 | 70,56 58,96",
            "1: 70,14 46,8 26,28 34,46 56,44 72,26 ; 76,8 68,52 58,96",
        ],
    ];
}

/// <summary>One way to write a digit.</summary>
/// <param name="Weight">How often it occurs, relative to the digit's other variants.</param>
/// <param name="Knots">Points that the pen passes through, on a page of 100 × 100.</param>
internal sealed record Skeleton(int Weight, Knot[] Knots)
{
    /// <summary>Reads the notation of <see cref="Skeletons"/>.</summary>
    internal static Skeleton Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        var knots = new List<Knot>();
        foreach (string word in text[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "|" or ";")
            {
                knots[^1] = knots[^1] with { Joint = word == "|" ? Joint.Corner : Joint.PenUp };
                continue;
            }

            string[] xy = word.Split(',');
            float x = float.Parse(xy[0], CultureInfo.InvariantCulture), y = float.Parse(xy[1], CultureInfo.InvariantCulture);
            knots.Add(new(new(x, y), Joint.Smooth));
        }

        knots[^1] = knots[^1] with { Joint = Joint.PenUp };
        return new(int.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), [.. knots]);
    }
}

/// <summary>A point that the pen passes through, and how the curve leaves it.</summary>
internal readonly record struct Knot(Vector2 Position, Joint Joint);

/// <summary>How the curve leaves a knot.</summary>
internal enum Joint
{
    /// <summary>With the tangent it arrived with.</summary>
    Smooth,

    /// <summary>In a new direction.</summary>
    Corner,

    /// <summary>Not at all: the stroke ends.</summary>
    PenUp,
}
