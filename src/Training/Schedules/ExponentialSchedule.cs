namespace Retrieval.Training.Schedules;

/// <summary>
/// rate = Initial * Gamma^epoch (TPAMI 2018: Gamma = exp(-0.01)). Code that advances its schedule before the first epoch uses Gamma^(epoch + 1): that is <see cref="AdvanceFirst"/>.
/// </summary>
public sealed record ExponentialSchedule(double Initial, double Gamma, bool AdvanceFirst = false) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(double epoch) => Initial * Math.Pow(Gamma, AdvanceFirst ? epoch + 1 : epoch);
}
