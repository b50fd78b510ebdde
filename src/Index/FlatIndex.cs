using Retrieval.Host;
using Retrieval.Index.Exact;
using Retrieval.Index.Format;
using Retrieval.Index.Storage;

namespace Retrieval.Index;

/// <summary>
/// Descriptors [N, D] with ids, labels and paths, searched exactly: the answer is that of a float64 scan, equal scores by
/// rising id, whatever the device. An immutable snapshot: any number of threads may read and search it at once, and a
/// search that runs while the index is disposed still ends well. Made by <see cref="FlatIndexBuilder"/> or read from a file.
/// </summary>
public sealed unsafe class FlatIndex : IDisposable
{
    private readonly FlatStore _store;
    private int _disposed;

    internal FlatIndex(FlatStore store) => _store = store;

    /// <summary>Descriptors, N.</summary>
    public long Count => _store.Count;

    /// <summary>Elements of a descriptor, D.</summary>
    public int Dimension => _store.Dimension;

    /// <summary>How descriptors are compared.</summary>
    public SearchMetric Metric => _store.Header.Metric;

    /// <summary>Where searches run.</summary>
    public Device Device => _store.Device;

    /// <summary>What the index says about its descriptors: model, whitening, scales, dataset.</summary>
    public IReadOnlyDictionary<string, string> Provenance => _store.Provenance;

    internal FlatStore Store => _store;

    /// <summary>
    /// Opens an index file. Its bytes are checked and then used where they are mapped; the file must not be shortened or
    /// written into meanwhile (<see cref="Save"/> does neither: it puts a new file in its place).
    /// </summary>
    /// <exception cref="InvalidDataException">The file is torn, damaged or no index file; the message begins with its path.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FlatIndex Open(Device device, string path) => new(IndexFileReader.Open(device, path));

    /// <summary>Reads how much an index file holds, and nothing more.</summary>
    /// <exception cref="InvalidDataException">The file is torn or no index file; the message begins with its path.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static (long Count, int Dimension) SizeOf(string path)
    {
        var header = IndexFileReader.ReadHeader(path);
        return (header.Count, header.Dimension);
    }

    /// <summary>Writes the index beside the target, flushes it to the disk and renames it: the target is always a whole file.</summary>
    public void Save(string path)
    {
        using var lease = _store.Use();
        IndexFileWriter.Save(_store, path);
    }

    /// <summary>The id of a row.</summary>
    public long Id(long row)
    {
        using var lease = Use(row);
        return _store.Ids[row];
    }

    /// <summary>The row of an id, or -1 when the index does not hold it.</summary>
    public long RowOf(long id)
    {
        using var lease = _store.Use();
        return _store.RowOf(id);
    }

    /// <summary>The label of a row, or null.</summary>
    public string? Label(long row)
    {
        using var lease = Use(row);
        return _store.Label(row);
    }

    /// <summary>The path of a row's image, or null.</summary>
    public string? Path(long row)
    {
        using var lease = Use(row);
        return _store.Path(row);
    }

    /// <summary>Copies the descriptor of a row [D].</summary>
    public void CopyDescriptor(long row, Span<float> descriptor)
    {
        using var lease = Use(row);
        new ReadOnlySpan<float>(_store.Descriptor(row), Dimension).CopyTo(descriptor);
    }

    /// <summary>The k best rows of every query.</summary>
    /// <param name="queries">[Q, D], finite.</param>
    /// <param name="k">Results wanted, 1 or more. An index with fewer rows gives all it has.</param>
    /// <param name="options">Filter and workspace.</param>
    /// <exception cref="ArgumentException">Queries of another dimension or with NaN or infinity, k below 1, or bad options.</exception>
    public SearchResult Search(ReadOnlySpan<float> queries, int k, SearchOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        options ??= SearchOptions.Default;
        options.Validate(Count);
        var result = new SearchResult(QueryCount(queries), ResultCount(k, options));
        Search(queries, result.ResultCount, result.ResultCount, result.WritableIds, result.WritableScores, options);
        MapToIds(result.WritableIds);
        return result;
    }

    /// <summary>As the other overload, into the caller's memory; allocates nothing in the steady state.</summary>
    /// <param name="queries">[Q, D], finite.</param>
    /// <param name="k">Results wanted, 1 or more.</param>
    /// <param name="ids">Receives [Q, k]; -1 where k exceeds the rows that the index holds and the filter allows.</param>
    /// <param name="scores">Receives [Q, k]: q . x, or -|q - x|^2, falling; -infinity where there is no id.</param>
    /// <param name="options">Filter and workspace.</param>
    /// <returns>Results of each query: k or fewer.</returns>
    public int Search(ReadOnlySpan<float> queries, int k, Span<long> ids, Span<float> scores, SearchOptions? options = null)
    {
        var found = SearchRows(queries, k, ids, scores, options);
        MapToIds(ids);
        return found;
    }

    /// <summary>As <see cref="Search(ReadOnlySpan{float}, int, Span{long}, Span{float}, SearchOptions?)"/>, with row numbers in place of ids.</summary>
    public int SearchRows(ReadOnlySpan<float> queries, int k, Span<long> rows, Span<float> scores, SearchOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        options ??= SearchOptions.Default;
        options.Validate(Count);
        var expected = (long)QueryCount(queries) * k;
        if (rows.Length != expected || scores.Length != expected)
            throw new ArgumentException($"results: expected room for {expected} rows and scores, got {rows.Length} and {scores.Length}");
        var wanted = ResultCount(k, options);
        if (wanted < k)
        {
            rows.Fill(-1);
            scores.Fill(float.NegativeInfinity);
        }
        Search(queries, wanted, k, rows, scores, options);
        return wanted;
    }

    /// <summary>Gives the memory back as soon as no search uses it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _store.Release();
    }

    private void Search(ReadOnlySpan<float> queries, int wanted, int stride, Span<long> rows, Span<float> scores, SearchOptions options)
    {
        using var lease = _store.Use();
        fixed (float* firstQuery = queries)
        fixed (long* firstRow = rows)
        fixed (float* firstScore = scores)
        {
            RefuseNonFinite(firstQuery, queries.Length / Dimension);
            if (wanted == 0 || queries.IsEmpty)
                return;
            var request = new SearchRequest((nint)firstQuery, wanted, options.Filter, (nint)firstRow, (nint)firstScore, stride);
            new ExactSearch(_store, request, options.WorkspaceByteCount).Run(queries.Length / Dimension);
        }
    }

    private void MapToIds(Span<long> rows)
    {
        using var lease = _store.Use();
        foreach (ref var row in rows)
            if (row >= 0)
                row = _store.Ids[row];
    }

    private int QueryCount(ReadOnlySpan<float> queries) => queries.Length % Dimension == 0
        ? queries.Length / Dimension
        : throw new ArgumentException($"queries: expected descriptors of {Dimension} dimensions one after the other, got {queries.Length} values");

    private int ResultCount(int k, SearchOptions options) => (int)Math.Min(k, options.Filter?.AllowedCount ?? Count);

    private void RefuseNonFinite(float* queries, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var query = queries + ((long)i * Dimension);
            if (!RowNorms.IsFinite(query, Dimension))
                throw new ArgumentException($"queries: query {i} holds NaN or infinity, expected finite values");
        }
    }

    private FlatStore.Lease Use(long row)
    {
        if ((ulong)row >= (ulong)Count)
            throw new ArgumentOutOfRangeException(nameof(row), $"row {row} of an index of {Count}");
        return _store.Use();
    }
}
