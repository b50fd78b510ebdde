namespace Retrieval.Training.Whitening;

/// <summary>Descriptors that lie row by row in memory.</summary>
public sealed class DescriptorMatrix : IDescriptorRows
{
    private readonly ReadOnlyMemory<float> _values;

    /// <param name="values">N x D values, row-major. They are not copied.</param>
    /// <param name="dimensions">D, at least 1.</param>
    /// <exception cref="ArgumentException">The values are not a whole number of rows.</exception>
    public DescriptorMatrix(ReadOnlyMemory<float> values, int dimensions)
    {
        if (dimensions < 1 || values.Length % dimensions != 0)
            throw new ArgumentException($"{values.Length} values are not a whole number of descriptors of {dimensions} dimensions", nameof(values));
        _values = values;
        Dimensions = dimensions;
        Count = values.Length / dimensions;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public void Read(int row, Span<float> destination) => _values.Span.Slice(row * Dimensions, Dimensions).CopyTo(destination);
}
