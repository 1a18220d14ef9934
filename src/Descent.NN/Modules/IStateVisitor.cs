namespace Descent;

/// <summary>
/// Walks what a module holds. Naming, counting, freezing, training mode, saving and loading are all visitors.
/// </summary>
/// <remarks>
/// Names are relative to the module that is visited; an element of a list or dictionary comes as <c>layers.0</c>, <c>heads.left</c>.
/// </remarks>
public interface IStateVisitor
{
    /// <summary>A parameter; null where the module was built without it.</summary>
    void Parameter(string name, Parameter? parameter);

    /// <summary>A value that is saved but not optimised; null where the module was built without it.</summary>
    void Buffer(string name, Buffer? buffer);

    /// <summary>A module inside; null where the module was built without it.</summary>
    void Module(string name, Module? module);
}
