namespace Descent.Kernels;

/// <summary>A gradient of a convolution by its weights, in phases that follow each other; the units of one phase may run at once.</summary>
internal unsafe interface IWeightGradient
{
    int Phases { get; }

    int Units(int phase);

    long WorkspaceFloats(int workers);

    void Run(int phase, int firstUnit, int lastUnit, int worker, in WeightGradientArgs args);
}
