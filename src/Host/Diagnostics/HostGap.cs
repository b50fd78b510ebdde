namespace Retrieval.Host.Diagnostics;

/// <summary>A stretch during which the device had nothing to do: after which call, before which, when, for how long.</summary>
public readonly record struct HostGap(string After, string Before, double StartMs, double DurationMs);
