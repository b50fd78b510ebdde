using Retrieval.Host;
using Retrieval.Index.Storage;

namespace Retrieval.Index.Exact;

/// <summary>
/// The device's part of a search for one number of queries and proposals: queries go up, float32 scores propose rows, and rows and
/// scores come down. Its memory stays where it is, so that what the device does is recorded once and replayed. One search uses it
/// at a time.
/// </summary>
internal sealed class Proposer : IDisposable
{
    private readonly FlatStore _store;
    private readonly Tensor _queries, _scores, _rows;
    private readonly RecordedWork _search;

    public Proposer(FlatStore store, int queryCount, int proposals)
    {
        _store = store;
        (QueryCount, Proposals) = (queryCount, proposals);
        var device = store.Device;
        try
        {
            _queries = device.Rent(new Shape(queryCount, store.Dimension), ElementType.Float32, MemoryPurpose.Workspace);
            _scores = device.Rent(new Shape(queryCount, proposals), ElementType.Float32, MemoryPurpose.Workspace);
            _rows = device.Rent(new Shape(queryCount, proposals), ElementType.Int64, MemoryPurpose.Workspace);
        }
        catch
        {
            Return();
            throw;
        }
        Queries = new float[_queries.Count];
        Scores = new float[_scores.Count];
        Rows = new long[_rows.Count];
        _search = device.Record(Search);
    }

    public int QueryCount { get; }

    public int Proposals { get; }

    /// <summary>Bytes on the device and on the host.</summary>
    public long ByteCount => 2 * (_queries.ByteCount + _scores.ByteCount + _rows.ByteCount);

    /// <summary>To be filled before <see cref="Run"/>, [queries, dimension].</summary>
    public float[] Queries { get; }

    /// <summary>Receives the float32 scores, [queries, proposals], falling.</summary>
    public float[] Scores { get; }

    /// <summary>Receives the rows, [queries, proposals].</summary>
    public long[] Rows { get; }

    /// <summary>Proposes rows for the queries.</summary>
    public void Run()
    {
        _queries.Upload<float>(Queries);
        // Searches of several threads run beside each other where nothing is recorded.
        if (_store.Device.Records)
            _search.Run();
        else
            Search();
        _scores.Download<float>(Scores);
        _rows.Download<long>(Rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _search.Dispose();
        Return();
    }

    private void Return()
    {
        foreach (var tensor in (ReadOnlySpan<Tensor>)[_rows, _scores, _queries])
            _store.Device.Return(tensor);
    }

    private void Search()
    {
        for (var i = 0; i < _store.Pieces.Length; i++)
            _store.Device.Operators.TopK(_queries, _store.PieceTensors[i], _store.PieceSquaredNorms[i], _store.Header.Metric, _scores, _rows,
                _store.Pieces[i].FirstRow, merge: i > 0);
    }
}
