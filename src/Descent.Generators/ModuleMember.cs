using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Descent.Generators;

/// <summary>What a member of a module keeps.</summary>
internal enum StateKind
{
    None,
    Parameter,
    Buffer,
    Module,
}

/// <summary>In what form it keeps it.</summary>
internal enum StateForm
{
    One,
    /// <summary>An array or an immutable array.</summary>
    Array,
    /// <summary>Anything else that has a count and an indexer.</summary>
    List,
    /// <summary>A dictionary with string keys.</summary>
    Named,
}

/// <summary>One property or field that Visit passes on.</summary>
internal sealed class ModuleMember(ISymbol symbol, ITypeSymbol type, StateKind kind, StateForm form)
{
    /// <summary>The property, or the field where there is none.</summary>
    public ISymbol Symbol => symbol;

    public string StateName { get; } = StateNames.Of(symbol.Name);

    public StateForm Form => form;

    public bool IsIndexed => form is StateForm.Array or StateForm.List;

    /// <summary>The field that keeps the names of this member's elements.</summary>
    public string NamesField => (IsKeyword(StateName) ? "@" : "") + StateName;

    public void Write(StringBuilder text)
    {
        string member = "this." + (IsKeyword(symbol.Name) ? "@" : "") + symbol.Name;
        if (form == StateForm.One)
        {
            text.Append($"        visitor.{kind}(\"{StateName}\", {member});\n");
            return;
        }
        string indent = "        ";
        bool mayBeNull = type.IsReferenceType && type.NullableAnnotation != NullableAnnotation.NotAnnotated;
        if (mayBeNull || type.IsValueType)
        {
            text.Append(mayBeNull ? $"        if ({member} is not null)\n" : $"        if (!{member}.IsDefault)\n").Append("        {\n");
            indent += "    ";
        }
        text.Append(form switch
        {
            StateForm.Named => $"{indent}foreach ((string key, string name) in ChildNames.{NamesField}.Of({member}))\n",
            StateForm.Array => $"{indent}for (int i = 0; i < {member}.Length; i++)\n",
            _ => $"{indent}for (int i = 0; i < {member}.Count; i++)\n",
        });
        string item = form == StateForm.Named ? $"name, {member}[key]" : $"ElementNames.{NamesField}[i], {member}[i]";
        text.Append($"{indent}{{\n{indent}    visitor.{kind}({item});\n{indent}}}\n");
        if (indent.Length > 8)
        {
            text.Append("        }\n");
        }
    }

    private static bool IsKeyword(string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None;
}
