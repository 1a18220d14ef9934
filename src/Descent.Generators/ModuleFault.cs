using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Descent.Generators;

/// <summary>A build error about a module, comparable by value: a <see cref="Location"/> would hold on to a whole syntax tree.</summary>
internal sealed class ModuleFault : IEquatable<ModuleFault>
{
    private static readonly DiagnosticDescriptor NotPartialRule = Error(
        "DSC001", "A module must be partial", "'{0}' must be partial, so that Visit can be written for the module '{1}'");

    private static readonly DiagnosticDescriptor HiddenRule = Error(
        "DSC002", "A module holds state where Visit cannot see it",
        "'{0}' {1}: its parameters would be neither trained nor saved; hold them in a property typed as Module, Parameter or Buffer, "
        + "or in an array, a list or a dictionary with string keys of these");

    private static readonly DiagnosticDescriptor SameNameRule = Error(
        "DSC003", "Two members of a module get the same state name", "'{0}' and '{1}' would both be saved as '{2}'; rename one of them");

    private readonly DiagnosticDescriptor _rule;
    private readonly string[] _arguments;
    private readonly string _file;
    private readonly TextSpan _span;
    private readonly LinePositionSpan _lines;

    private ModuleFault(DiagnosticDescriptor rule, Location? at, params string[] arguments)
    {
        _rule = rule;
        _arguments = arguments;
        FileLinePositionSpan place = at?.GetLineSpan() ?? default;
        _file = place.Path ?? "";
        _span = at?.SourceSpan ?? default;
        _lines = place.Span;
    }

    public static ModuleFault NotPartial(INamedTypeSymbol part, INamedTypeSymbol module) =>
        new(NotPartialRule, part.Locations.FirstOrDefault(), part.Name, module.Name);

    public static ModuleFault Hidden(string member, Location? at, string reason) => new(HiddenRule, at, member, reason);

    public static ModuleFault SameName(ISymbol first, ISymbol second, string stateName) =>
        new(SameNameRule, second.Locations.FirstOrDefault(), Full(first), Full(second), stateName);

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(_rule, _file.Length > 0 ? Location.Create(_file, _span, _lines) : Location.None, [.. _arguments]);

    public bool Equals(ModuleFault? other) =>
        other is not null && _rule.Id == other._rule.Id && _file == other._file && _span == other._span && _lines == other._lines
        && _arguments.SequenceEqual(other._arguments);

    public override bool Equals(object? obj) => Equals(obj as ModuleFault);

    public override int GetHashCode() => _rule.Id.GetHashCode() ^ _span.GetHashCode() ^ _file.GetHashCode();

    private static string Full(ISymbol member) => $"{member.ContainingType.Name}.{member.Name}";

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "Descent.Module", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
