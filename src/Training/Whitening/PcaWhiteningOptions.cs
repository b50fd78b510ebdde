using Retrieval.Host;

namespace Retrieval.Training.Whitening;

/// <summary>Settings of <see cref="PcaWhitening"/>.</summary>
public sealed record PcaWhiteningOptions
{
    /// <summary>Output dimensions, at least 1 and at most D; none: as many as the descriptors span.</summary>
    public int? Dimensions { get; init; }

    /// <summary>What the covariance is divided by.</summary>
    public CovarianceDivisor Divisor { get; init; } = CovarianceDivisor.Count;

    /// <summary>Threads to use, at least 1. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Multiplies for the scatter matrices if it does so in double precision; the result then differs by rounding. None: the threads do.</summary>
    public Device? Device { get; init; }

    /// <summary>Where the descriptors come from, in the user's words; kept with the result.</summary>
    public string Source { get; init; } = "";

    /// <summary>Throws where a setting cannot be used.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        WhiteningChecks.Settings(Dimensions, Threads);
        if (!Enum.IsDefined(Divisor))
            throw new ArgumentException($"whitening: unknown covariance divisor {Divisor}");
    }
}
