namespace Retrieval.Training.Whitening;

/// <summary>Descriptors [N, D] to learn from, one a row, in memory or in a file. Learning reads them in a few passes and keeps no copy.</summary>
public interface IDescriptorRows
{
    /// <summary>N.</summary>
    int Count { get; }

    /// <summary>D.</summary>
    int Dimensions { get; }

    /// <summary>Copies a descriptor. Called from several threads at once.</summary>
    /// <param name="row">0 to Count - 1.</param>
    /// <param name="destination">D values.</param>
    void Read(int row, Span<float> destination);
}
