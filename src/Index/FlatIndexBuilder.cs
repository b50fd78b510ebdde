using Retrieval.Host;
using Retrieval.Index.Format;
using Retrieval.Index.Storage;

namespace Retrieval.Index;

/// <summary>
/// Collects descriptors and makes a <see cref="FlatIndex"/> of them. Memory grows by blocks and is handed to the index:
/// the descriptors are copied once and never stand twice. For one thread.
/// </summary>
public sealed class FlatIndexBuilder : IDisposable
{
    private readonly Device _device;
    private readonly DescriptorBuffer _descriptors;
    private readonly RowTables _tables = new();
    private bool _done;

    /// <param name="device">Where the index will be searched.</param>
    /// <param name="dimension">Elements of a descriptor, D.</param>
    /// <param name="metric">How descriptors are compared.</param>
    /// <exception cref="ArgumentException">The dimension is not 1 to 1,048,576.</exception>
    public FlatIndexBuilder(Device device, int dimension, SearchMetric metric = SearchMetric.InnerProduct)
    {
        if (dimension is < 1 or > IndexHeader.DimensionLimit)
            throw new ArgumentException($"dimension: expected 1 to {IndexHeader.DimensionLimit}, got {dimension}");
        _device = device;
        _descriptors = new DescriptorBuffer(dimension);
        Dimension = dimension;
        Metric = metric;
    }

    public int Dimension { get; }

    public SearchMetric Metric { get; }

    /// <summary>Descriptors so far.</summary>
    public long Count => _descriptors.RowCount;

    /// <summary>What the index shall say about its descriptors: model, whitening, scales, dataset.</summary>
    public IDictionary<string, string> Provenance { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Announces how many descriptors are still to come, so that they lie together.</summary>
    public void Reserve(long count) => _descriptors.Reserve(count);

    /// <summary>Adds descriptors: all of them, or with an exception none.</summary>
    /// <param name="descriptors">[n, D], finite.</param>
    /// <param name="ids">[n], 0 or above and new to the index; empty numbers on from the highest id so far.</param>
    /// <param name="labels">[n], entries may be null; or null for none. At most 65,535 bytes of UTF-8 each, as the paths.</param>
    /// <param name="paths">[n], entries may be null; or null for none.</param>
    /// <exception cref="ArgumentException">Something does not fit; the message names it.</exception>
    public unsafe void Add(ReadOnlySpan<float> descriptors, ReadOnlySpan<long> ids = default, IReadOnlyList<string?>? labels = null, IReadOnlyList<string?>? paths = null)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        if (descriptors.Length % Dimension != 0)
            throw new ArgumentException($"descriptors: expected {Dimension} dimensions each, one after the other, got {descriptors.Length} values");
        var count = descriptors.Length / Dimension;
        fixed (float* first = descriptors)
            for (var i = 0; i < count; i++)
                if (!RowNorms.IsFinite(first + ((long)i * Dimension), Dimension))
                    throw new ArgumentException($"descriptors: number {i}{(ids.Length > i ? $" (id {ids[i]})" : "")} holds NaN or infinity, expected finite values");
        _tables.Add(count, ids, labels, paths);
        _descriptors.Append(descriptors);
    }

    /// <summary>Makes the index. The builder has handed its memory over and takes no more.</summary>
    public FlatIndex Build()
    {
        ObjectDisposedException.ThrowIf(_done, this);
        var (layout, tables) = _tables.Build(new IndexHeader(Metric, Count, Dimension), IndexProvenance.Write(Provenance));
        _done = true;
        var (pieces, owners) = _descriptors.Detach();
        return new FlatIndex(new FlatStore(_device, layout, pieces, tables.Address, [.. owners, tables]));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _done = true;
        _descriptors.Dispose();
    }
}
