using Retrieval.Host;

namespace Retrieval.Training.Whitening;

/// <summary>Settings of <see cref="LearnedWhitening"/>.</summary>
public sealed record LearnedWhiteningOptions
{
    /// <summary>Output dimensions, at least 1 and at most D; none: D.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Whose scatter decides the rotation.</summary>
    public LearnedWhiteningRotation Rotation { get; init; } = LearnedWhiteningRotation.AllDescriptors;

    /// <summary>
    /// Added to the diagonal of the matching pairs' scatter S as a share of its mean entry, at least 0. 0 is the published method, which adds to
    /// a singular S the least that will do (1e-10, 1e-9, ...); with few pairs for the dimensions, some 0.01 to 0.1 keeps the directions that no
    /// pair covers from being blown up.
    /// </summary>
    public double RelativeRegularisation { get; init; }

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
        if (!(RelativeRegularisation >= 0 && double.IsFinite(RelativeRegularisation)))
            throw new ArgumentException($"whitening: the relative regularisation must be a number of at least 0, got {RelativeRegularisation}");
        if (!Enum.IsDefined(Rotation))
            throw new ArgumentException($"whitening: unknown rotation {Rotation}");
    }
}
