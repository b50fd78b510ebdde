namespace Retrieval.Training.Losses;

/// <summary>Settings of a classifier and its loss.</summary>
/// <param name="Source">The output that is classified.</param>
/// <param name="Smoothing">Label smoothing, 0 (none) to 1.</param>
/// <param name="Bias">Whether the linear layer has a bias.</param>
/// <param name="Deviation">Standard deviation of the weights that it starts from; 0 for 1 / sqrt(D).</param>
public sealed record CrossEntropyOptions(LossOutputs Source = LossOutputs.Neck, double Smoothing = 0.1, bool Bias = false, double Deviation = 0.001)
{
    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public void Validate()
    {
        LossSource.Demand(Source);
        TermChecks.Demand(Smoothing is >= 0 and <= 1, "label smoothing", "0 to 1", Smoothing);
        TermChecks.Demand(Deviation is >= 0 and <= 10, "deviation of the classifier's weights", "0 to 10", Deviation);
    }
}
