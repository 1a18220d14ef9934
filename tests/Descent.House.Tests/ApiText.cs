using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Descent.House.Tests;

/// <summary>Writes what users can see of an assembly, one line per member, in an order that does not change from build to build.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(IEnumerable<Assembly> assemblies)
    {
        var text = new StringBuilder();
        foreach (Assembly assembly in assemblies.OrderBy(a => a.GetName().Name, StringComparer.Ordinal))
        {
            text.Append("# ").Append(assembly.GetName().Name).Append('\n');
            foreach (Type type in assembly.GetExportedTypes().OrderBy(TypeName.Of, StringComparer.Ordinal))
            {
                text.Append(Declaration(type)).Append('\n');
                foreach (string member in Members(type).Distinct().Order(StringComparer.Ordinal))
                {
                    text.Append("    ").Append(member).Append('\n');
                }
            }
        }
        return text.ToString();
    }

    private static string Declaration(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsByRefLike ? "ref struct" : "struct",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<string> bases = type.GetInterfaces()
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Where(i => i.IsPublic || i.IsNestedPublic)
            .Select(TypeName.Of)
            .Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)
            && parent != typeof(MulticastDelegate))
        {
            bases = bases.Prepend(TypeName.Of(parent));
        }
        string list = type.IsEnum ? "" : string.Join(", ", bases);
        return $"{kind} {TypeName.Of(type)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => $"{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }
        return type.GetMembers(Declared).Where(m => !IsGenerated(m)).Select(Line).OfType<string>();
    }

    // Records bring equality, cloning and printing of their own; no reader of the snapshot learns from them.
    private static bool IsGenerated(MemberInfo member) =>
        member.Name.Contains('<') || member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not FieldInfo;

    private static string? Line(MemberInfo member) => member switch
    {
        FieldInfo f when Visible(f.IsPublic, f.IsFamily, f.IsFamilyOrAssembly) && !f.IsSpecialName =>
            $"{Access(f.IsPublic)}{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}"
            + $"{TypeName.Of(new NullabilityInfoContext().Create(f))} {f.Name}"
            + (f.IsLiteral ? " = " + Literal(f.GetRawConstantValue()) : ""),
        PropertyInfo p => Property(p),
        EventInfo e when e.AddMethod is { IsPublic: true } => $"event {TypeName.Of(e.EventHandlerType!)} {e.Name}",
        ConstructorInfo c when Visible(c.IsPublic, c.IsFamily, c.IsFamilyOrAssembly) && !c.IsStatic =>
            $"{Access(c.IsPublic)}new({Parameters(c)})",
        MethodInfo m when Visible(m.IsPublic, m.IsFamily, m.IsFamilyOrAssembly) && !IsAccessor(m) =>
            $"{Access(m.IsPublic)}{Modifiers(m)}{Result(m)} {m.Name}{Generics(m)}({Parameters(m)})",
        _ => null,
    };

    private static bool IsAccessor(MethodInfo m) => m.IsSpecialName && !m.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Result(MethodInfo m) => TypeName.Of(new NullabilityInfoContext().Create(m.ReturnParameter));

    private static string? Property(PropertyInfo p)
    {
        MethodInfo? get = p.GetMethod is { } g && Visible(g.IsPublic, g.IsFamily, g.IsFamilyOrAssembly) ? g : null;
        MethodInfo? set = p.SetMethod is { } s && Visible(s.IsPublic, s.IsFamily, s.IsFamilyOrAssembly) ? s : null;
        if ((get ?? set) is not { } shown)
        {
            return null;
        }
        string write = set is null
            ? ""
            : set.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") ? " init;" : " set;";
        string name = p.GetIndexParameters().Length > 0 ? $"this[{Parameters(get ?? set!, skipValue: get is null)}]" : p.Name;
        string type = TypeName.Of(new NullabilityInfoContext().Create(p));
        return $"{Access(shown.IsPublic)}{Modifiers(shown)}{type} {name} {{{(get is null ? "" : " get;")}{write} }}";
    }

    private static bool Visible(bool isPublic, bool isFamily, bool isFamilyOrAssembly) => isPublic || isFamily || isFamilyOrAssembly;

    private static string Access(bool isPublic) => isPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo m)
    {
        bool overrides = m.GetBaseDefinition() != m;
        string kind = m.IsAbstract ? "abstract " : overrides ? "override " : m.IsVirtual && !m.IsFinal ? "virtual " : "";
        return $"{(m.IsStatic ? "static " : "")}{(m.DeclaringType!.IsInterface && !m.IsStatic ? "" : kind)}";
    }

    private static string Generics(MethodInfo m) =>
        m.IsGenericMethodDefinition ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method, bool skipValue = false)
    {
        IEnumerable<ParameterInfo> parameters = method.GetParameters();
        if (skipValue)
        {
            parameters = parameters.SkipLast(1);
        }
        string list = string.Join(", ", parameters.Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute)) ? "this " + list : list;
    }

    private static string Parameter(ParameterInfo p)
    {
        string way = p switch
        {
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when IsParams(p) => "params ",
            _ => "",
        };
        string value = p.HasDefaultValue ? " = " + Literal(p.RawDefaultValue) : "";
        return $"{way}{TypeName.Of(new NullabilityInfoContext().Create(p))} {p.Name}{value}";
    }

    private static bool IsParams(ParameterInfo p) =>
        p.GetCustomAttributesData().Any(a => a.AttributeType.Name is "ParamArrayAttribute" or "ParamCollectionAttribute");

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
