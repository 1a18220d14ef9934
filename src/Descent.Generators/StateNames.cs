using System.Text;

namespace Descent.Generators;

/// <summary>The names that state is saved by, as the field writes them: <c>InProjWeight</c> → <c>in_proj_weight</c>.</summary>
internal static class StateNames
{
    /// <summary>
    /// A word begins at a capital after a small letter (<c>inX</c> → <c>in_x</c>), and at a capital before a small letter that follows a
    /// capital or a digit (<c>QKVProj</c> → <c>qkv_proj</c>, <c>Conv1Norm</c> → <c>conv1_norm</c>); leading underscores are dropped.
    /// </summary>
    public static string Of(string member)
    {
        string name = member.TrimStart('_');
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]))
            {
                char before = name[i - 1];
                bool smallFollows = i + 1 < name.Length && char.IsLower(name[i + 1]);
                if (char.IsLower(before) || (char.IsUpper(before) || char.IsDigit(before)) && smallFollows)
                {
                    text.Append('_');
                }
            }
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
