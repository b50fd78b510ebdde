namespace Retrieval.Host.Diagnostics;

/// <summary>Something that a thread of the host did, in milliseconds since the profile began.</summary>
public readonly record struct HostSpan(string Name, double StartMs, double DurationMs, int Thread);
