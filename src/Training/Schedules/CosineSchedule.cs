namespace Retrieval.Training.Schedules;

/// <summary>Half a cosine from Initial down to Initial * Share at the end of the last epoch; it stays there.</summary>
public sealed record CosineSchedule(double Initial, int Epochs, double Share = 0) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(double epoch) => Initial * (Share + ((1 - Share) * (1 + Math.Cos(Math.PI * Math.Min(1, epoch / Epochs))) / 2));
}
