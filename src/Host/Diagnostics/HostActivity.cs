using System.Diagnostics;

namespace Retrieval.Host.Diagnostics;

/// <summary>
/// Work of the host that a profile shows beside the device's, such as decoding: <c>using var span = HostActivity.Start("decode")</c>.
/// It is null, and costs next to nothing, unless someone listens.
/// </summary>
public static class HostActivity
{
    /// <summary>Name of the source that a listener subscribes to.</summary>
    public const string Name = "Retrieval";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins a span of the calling thread; dispose it there.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);
}
