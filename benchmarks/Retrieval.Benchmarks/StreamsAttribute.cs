namespace Retrieval.Benchmarks;

/// <summary>How many floats a benchmark reads and writes for each element of its map, at the least.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StreamsAttribute(int perElement) : Attribute
{
    public int PerElement { get; } = perElement;
}
