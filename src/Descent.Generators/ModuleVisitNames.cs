namespace Descent.Generators;

/// <summary>
/// The classes that a written file carries along for the names of elements and of named children. A compiled step compares the structure
/// of its modules at every replay, so that a visit may allocate nothing: each name is made once.
/// </summary>
internal static class ModuleVisitNames
{
    public const string OfElements =
        """

        file sealed class ElementNames(string prefix)
        {
        FIELDS
            private string[] _names = [];

            public string this[int index]
            {
                get
                {
                    string[] names = _names;
                    if (index >= names.Length)
                    {
                        int known = names.Length;
                        global::System.Array.Resize(ref names, global::System.Math.Max(8, 2 * index));
                        for (int i = known; i < names.Length; i++)
                        {
                            names[i] = prefix + i;
                        }
                        _names = names;
                    }
                    return names[index];
                }
            }
        }

        """;

    /// <summary>Children of a dictionary come in the order of their keys, since the order of hashes may differ from run to run.</summary>
    public const string OfChildren =
        """

        file sealed class ChildNames(string prefix)
        {
        FIELDS
            private (string Key, string Name)[] _names = [];

            public (string Key, string Name)[] Of<T>(global::System.Collections.Generic.IReadOnlyDictionary<string, T> children)
            {
                (string Key, string Name)[] names = _names;
                if (Fits(names, children))
                {
                    return names;
                }
                names = new (string Key, string Name)[children.Count];
                int next = 0;
                foreach (string key in children.Keys)
                {
                    names[next++] = (key, prefix + key);
                }
                global::System.Array.Sort(names, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
                _names = names;
                return names;
            }

            private static bool Fits<T>(
                (string Key, string Name)[] names, global::System.Collections.Generic.IReadOnlyDictionary<string, T> children)
            {
                if (names.Length != children.Count)
                {
                    return false;
                }
                foreach ((string key, _) in names)
                {
                    if (!children.ContainsKey(key))
                    {
                        return false;
                    }
                }
                return true;
            }
        }

        """;
}
