namespace Retrieval.Host.Diagnostics;

/// <summary>Bytes rented out for each purpose at a moment, in milliseconds since the profile began.</summary>
public sealed record MemorySample(double AtMs, IReadOnlyList<long> ByteCounts)
{
    public long this[MemoryPurpose purpose] => ByteCounts[(int)purpose];
}
