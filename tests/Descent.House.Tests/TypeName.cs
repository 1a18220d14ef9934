using System.Reflection;

namespace Descent.House.Tests;

/// <summary>Names a type as C# source does: <c>Dictionary&lt;string, Tensor?&gt;</c>.</summary>
internal static class TypeName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Write(type, info: null);

    public static string Of(NullabilityInfo info) => Write(info.Type, info);

    private static string Write(Type type, NullabilityInfo? info)
    {
        if (type.IsByRef)
        {
            return Write(type.GetElementType()!, info?.ElementType);
        }
        if (type.IsPointer)
        {
            return Write(type.GetElementType()!, null) + "*";
        }
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Write(value, null) + "?";
        }
        bool nullable = info is { ReadState: NullabilityState.Nullable } or { WriteState: NullabilityState.Nullable };
        string mark = nullable && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return $"{Write(type.GetElementType()!, info?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword + mark;
        }
        if (type.IsGenericParameter)
        {
            return type.Name + mark;
        }
        return Plain(type, info) + mark;
    }

    private static string Plain(Type type, NullabilityInfo? info)
    {
        string prefix = type is { IsNested: true, DeclaringType: { } outer } ? Of(outer) + "." : Space(type);
        string name = type.Name.Split('`')[0];
        if (!type.IsGenericType)
        {
            return prefix + name;
        }
        Type[] arguments = type.GetGenericArguments();
        NullabilityInfo[]? known = info?.GenericTypeArguments is { } k && k.Length == arguments.Length ? k : null;
        string list = string.Join(", ", arguments.Select((a, i) => Write(a, known?[i])));
        return name == "ValueTuple" ? $"({list})" : $"{prefix}{name}<{list}>";
    }

    // Our own namespaces are written, since the snapshot is about them; the base library's types are known by their names.
    private static string Space(Type type) =>
        type.Namespace is { } space && space.StartsWith("Descent.", StringComparison.Ordinal) ? space + "." : "";
}
