namespace Retrieval.Training.Schedules;

/// <summary>rate = Initial * Gamma^floor(number / StepSize), with epochs numbered from <see cref="FirstNumber"/> (1 in the NetVLAD port).</summary>
public sealed record StepSchedule(double Initial, double Gamma, int StepSize, int FirstNumber = 1) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(double epoch) => Initial * Math.Pow(Gamma, Math.Floor((epoch + FirstNumber) / StepSize));
}
