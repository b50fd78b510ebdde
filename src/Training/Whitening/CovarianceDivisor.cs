namespace Retrieval.Training.Whitening;

/// <summary>What the sum of squared deviations of N descriptors is divided by.</summary>
public enum CovarianceDivisor
{
    /// <summary>N, as the GeM networks' code does.</summary>
    Count,

    /// <summary>N - 1, as MultiGrain's code does.</summary>
    CountLessOne,
}
