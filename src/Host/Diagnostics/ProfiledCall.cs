namespace Retrieval.Host.Diagnostics;

/// <summary>One call on a device. Times are milliseconds since the profile began; the device's own for operators and transfers.</summary>
/// <param name="Operator">What was called.</param>
/// <param name="StartMs">When the device began: no earlier than the host's call, and after all that was queued before.</param>
/// <param name="DurationMs">How long the device took; 0 for what the device knows nothing of.</param>
/// <param name="HostStartMs">When the host made the call.</param>
/// <param name="HostDurationMs">How long the call kept the host.</param>
/// <param name="Thread">The host's thread.</param>
public readonly record struct ProfiledCall(ProfiledOperator Operator, double StartMs, double DurationMs, double HostStartMs, double HostDurationMs, int Thread)
{
    public double EndMs => StartMs + DurationMs;
}
