namespace Retrieval.Host;

/// <summary>What one purpose takes of a device's memory.</summary>
/// <param name="Purpose">What the memory is for.</param>
/// <param name="Current">Bytes rented out now.</param>
/// <param name="Peak">The most bytes that were ever rented out at once.</param>
public readonly record struct MemoryUse(MemoryPurpose Purpose, long Current, long Peak);
