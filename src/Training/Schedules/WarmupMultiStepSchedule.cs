namespace Retrieval.Training.Schedules;

/// <summary>
/// Linear warm-up, Initial * (epoch + 1) / WarmupEpochs, then the rate is multiplied by Gamma at each milestone (ICONIP 2021). A milestone
/// inside the warm-up has no effect, since the warm-up sets the rate anew each epoch. Without warm-up: a multi-step schedule.
/// </summary>
public sealed record WarmupMultiStepSchedule(double Initial, IReadOnlyList<int> Milestones, double Gamma, int WarmupEpochs = 0) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(double epoch) => epoch < WarmupEpochs
        ? Initial * Math.Min(1, (epoch + 1) / WarmupEpochs)
        : Initial * Math.Pow(Gamma, Milestones.Count(milestone => milestone >= WarmupEpochs && milestone <= epoch));

    public override string ToString() => $"warm-up {WarmupEpochs}, {Initial} x {Gamma} at [{string.Join(", ", Milestones)}]";
}
