using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;

namespace Retrieval.Benchmarks;

/// <summary>Shows bandwidth and managed allocations beside the times.</summary>
public sealed class BandwidthConfig : ManualConfig
{
    public BandwidthConfig()
    {
        AddColumn(new BandwidthColumn());
        AddDiagnoser(MemoryDiagnoser.Default);
    }
}
