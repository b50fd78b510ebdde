using Retrieval.Host;

namespace Retrieval.Cli.Demo;

/// <summary>Placeholder until the report lands.</summary>
internal sealed class DemoReport(DemoData data, DemoStage baseline, IReadOnlyList<DemoNetwork> networks, TimeSpan elapsed)
{
    public void Write(Device device, string folder, string path) => _ = (data, baseline, networks, elapsed, device, folder, path);
}
