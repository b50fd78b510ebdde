namespace Retrieval.Imaging.Loading;

/// <summary>How many images are worked on at once, and how they are decoded.</summary>
public sealed record ImagePipelineOptions
{
    public static ImagePipelineOptions Default { get; } = new();

    /// <summary>Threads that decode and transform beside the caller.</summary>
    public int DegreeOfParallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Most results that are finished or under way and not yet consumed: it bounds the memory. 0: twice the threads.</summary>
    public int LookAhead { get; init; }

    public DecodeOptions Decode { get; init; } = DecodeOptions.Default;

    internal int Window => LookAhead == 0 ? 2 * DegreeOfParallelism : LookAhead;

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (DegreeOfParallelism < 1)
            throw new ArgumentException($"images need at least one thread, got {DegreeOfParallelism}");
        if (LookAhead < 0)
            throw new ArgumentException($"the look-ahead must not be negative, got {LookAhead}");
        Decode.Validate();
    }
}
