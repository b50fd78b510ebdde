using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;

namespace Retrieval.Benchmarks;

/// <summary>Shows arithmetic rate and managed allocations beside the times.</summary>
public sealed class GflopsConfig : ManualConfig
{
    public GflopsConfig()
    {
        AddColumn(new GflopsColumn());
        AddDiagnoser(MemoryDiagnoser.Default);
    }
}
