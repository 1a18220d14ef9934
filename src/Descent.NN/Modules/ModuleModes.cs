namespace Descent;

/// <summary>Modes that travel through a whole module; each returns the module with its own type, so that calls chain.</summary>
public static class ModuleModes
{
    /// <summary>Training mode here and in every module inside.</summary>
    public static TModule Train<TModule>(this TModule module)
        where TModule : Module => Set(module, isTraining: true);

    /// <summary>Evaluation mode here and in every module inside: no dropout, running statistics in place of the batch's.</summary>
    public static TModule Eval<TModule>(this TModule module)
        where TModule : Module => Set(module, isTraining: false);

    /// <summary>Keeps every parameter inside as it is: no gradient, no update.</summary>
    public static TModule Freeze<TModule>(this TModule module)
        where TModule : Module => SetFrozen(module, isFrozen: true);

    /// <summary>Lets every parameter inside train again.</summary>
    public static TModule Unfreeze<TModule>(this TModule module)
        where TModule : Module => SetFrozen(module, isFrozen: false);

    /// <summary>Keeps the parameters of these names as they are; the others are left as they were.</summary>
    /// <exception cref="ArgumentException">A pattern names no parameter.</exception>
    public static TModule Freeze<TModule>(this TModule module, NamePattern names)
        where TModule : Module
    {
        names.MustName(module.State().Where(cell => cell.Value is Parameter).Select(cell => cell.Key));
        foreach (Parameter parameter in module.Parameters().Where(p => names.Matches(p.Name)))
        {
            parameter.IsFrozen = true;
        }

        return module;
    }

    private static TModule Set<TModule>(TModule module, bool isTraining)
        where TModule : Module
    {
        foreach ((_, Module inner) in StateWalk.Of(module).Modules)
        {
            inner.IsTraining = isTraining;
        }

        return module;
    }

    private static TModule SetFrozen<TModule>(TModule module, bool isFrozen)
        where TModule : Module
    {
        foreach (Parameter parameter in module.Parameters())
        {
            parameter.IsFrozen = isFrozen;
        }

        return module;
    }
}
