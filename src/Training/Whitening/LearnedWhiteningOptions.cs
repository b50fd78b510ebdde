namespace Retrieval.Training.Whitening;

/// <summary>Settings of <see cref="LearnedWhitening"/>.</summary>
public sealed record LearnedWhiteningOptions
{
    /// <summary>Output dimensions, at least 1 and at most D; none: D.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Whose scatter decides the rotation.</summary>
    public LearnedWhiteningRotation Rotation { get; init; } = LearnedWhiteningRotation.AllDescriptors;

    /// <summary>Threads to use, at least 1. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the descriptors come from, in the user's words; kept with the result.</summary>
    public string Source { get; init; } = "";

    /// <summary>Throws where a setting cannot be used.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => WhiteningChecks.Settings(Dimensions, Threads);
}
