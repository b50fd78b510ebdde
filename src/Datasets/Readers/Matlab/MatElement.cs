namespace Retrieval.Datasets.Readers.Matlab;

/// <summary>A piece of a MATLAB file.</summary>
internal readonly ref struct MatElement(MatType type, ReadOnlySpan<byte> data)
{
    public MatType Type { get; } = type;

    public ReadOnlySpan<byte> Data { get; } = data;
}
