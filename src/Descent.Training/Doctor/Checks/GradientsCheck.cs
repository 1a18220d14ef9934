using System.Diagnostics;

namespace Descent;

/// <summary>Whether the gradients of the network are the slopes of its loss, in double precision on a tiny batch.</summary>
public sealed class GradientsCheck() : DoctorCheck("gradients", "the largest relative difference between gradients and slopes", isQuick: false)
{
    private const int Samples = 2;

    /// <summary>A rectifier that turns within a step of the slope is no error of a gradient, and moves few of the many terms.</summary>
    private const double Tolerance = 1e-2;

    /// <summary>Elements of a parameter that are moved.</summary>
    private const int Most = 2;

    /// <summary>Multiply-adds for two samples above which the naive kernels take too long.</summary>
    private const long Largest = 4_000_000;

    /// <summary>When no further parameter is begun.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <inheritdoc/>
    public override Finding? Examine(DoctorSubject subject, CancellationToken cancellation)
    {
        Trainer trainer = subject.Fresh();
        trainer.Model.Eval();
        IDataset sample = subject.Sample(Samples);
        Parameter[] parameters = [.. trainer.Model.Parameters().Where(p => !p.IsFrozen)];
        Device device = parameters[0].Read().Device;
        foreach ((Tensor inputs, Tensor targets) in sample.InOrder(Samples, device))
        {
            if (NetworkProfile.Of(trainer.Model, inputs.Shape, inputs.DType).MultiplyAdds > Largest)
            {
                return null;
            }

            // From the input and from the output by turns, so that what is left out lies in the middle.
            var watch = Stopwatch.StartNew();
            int done = 0;
            try
            {
                for (; done < parameters.Length && watch.Elapsed < s_patience; done++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Parameter moved = parameters[done % 2 == 0 ? done / 2 : parameters.Length - 1 - (done / 2)];
                    GradCheck.Verify(() => trainer.Objective(inputs, targets), [moved], Tolerance, Most);
                }

                return Ok(null, $"Gradients of {done} of {parameters.Length} parameters are the slopes of the loss, up to {Percent(Tolerance)}.");
            }
            catch (GradientException e)
            {
                return Fail(null, e.Message, "The gradient of a layer of your own is wrong: check it alone with GradCheck.Verify.");
            }
        }

        return null;
    }
}
