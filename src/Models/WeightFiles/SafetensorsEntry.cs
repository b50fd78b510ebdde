namespace Retrieval.Models.WeightFiles;

/// <summary>One tensor of a safetensors file: its name, element type word, shape, and byte range inside the data section.</summary>
public sealed record SafetensorsEntry(string Name, string ElementType, IReadOnlyList<long> Shape, long Offset, long ByteCount)
{
    /// <summary>Number of elements; 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (product, extent) => product * extent);
}
