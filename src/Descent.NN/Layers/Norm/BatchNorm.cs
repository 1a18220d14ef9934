namespace Descent;

/// <summary>The forward pass that <see cref="BatchNorm1d"/> and <see cref="BatchNorm2d"/> share.</summary>
internal static class BatchNorm
{
    public static Tensor Forward(
        Tensor x,
        Parameter weight,
        Parameter bias,
        Buffer runningMean,
        Buffer runningVariance,
        bool isTraining,
        double epsilon,
        double momentum)
    {
        if (!isTraining)
        {
            return x.BatchNormInference(weight, bias, runningMean, runningVariance, epsilon);
        }

        (Tensor y, Tensor mean, Tensor variance) = x.BatchNormTraining(weight, bias, epsilon);
        double n = (double)x.Shape.Count / x.Shape[1];
        Move(runningMean, mean, momentum);
        Move(runningVariance, variance, momentum * n / (n - 1));
        return y;

        // The write belongs to y, so that it happens exactly once, in the run that first computes y.
        void Move(Buffer running, Tensor batch, double share) =>
            y.WithEffect(running, (running.Read() * (1 - momentum)) + (batch * share));
    }
}
