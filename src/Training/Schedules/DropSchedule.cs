namespace Retrieval.Training.Schedules;

/// <summary>The rate is multiplied by a factor of its own once the epoch, counted from 0, has passed each drop (MultiGrain: epoch &gt; drop, one later than the number suggests).</summary>
public sealed record DropSchedule(double Initial, IReadOnlyList<int> Drops, IReadOnlyList<double> Factors) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double Rate(double epoch)
    {
        var rate = Initial;
        for (var i = 0; i < Drops.Count; i++)
            if (Math.Floor(epoch) > Drops[i])
                rate *= Factors[i];
        return rate;
    }

    public override string ToString() => $"{Initial} x [{string.Join(", ", Factors)}] after [{string.Join(", ", Drops)}]";
}
