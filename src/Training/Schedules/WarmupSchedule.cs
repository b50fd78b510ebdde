namespace Retrieval.Training.Schedules;

/// <summary>Another schedule whose rate rises linearly in the first epochs: times (epoch + 1) / Epochs.</summary>
public sealed record WarmupSchedule(ILearningRateSchedule Inner, int Epochs) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(double epoch) => Inner.Rate(epoch) * Math.Min(1, (epoch + 1) / Epochs);
}
