using Retrieval.Host;
using Retrieval.Index.Exact;
using Retrieval.Index.Format;

namespace Retrieval.Index.Storage;

/// <summary>
/// The memory of an index, immutable: descriptors in pieces, and the tables (ids, labels, paths, provenance) as the file
/// holds them, whether mapped from a file or built in memory. Its users are counted, so that memory which a search still
/// reads outlives the index's disposal.
/// </summary>
internal sealed unsafe class FlatStore
{
    private readonly IndexLayout _layout;
    private readonly byte* _tables;
    private readonly IDisposable[] _owners;
    private readonly IdLookup _lookup;
    private readonly StringTable _labels;
    private readonly StringTable _paths;
    private readonly List<IDisposable> _views = [];
    private int _users = 1;

    /// <summary>Takes over memory. When it is refused, the caller keeps it.</summary>
    /// <param name="device">Where searches run.</param>
    /// <param name="layout">Sizes of everything.</param>
    /// <param name="pieces">The descriptors.</param>
    /// <param name="tables">The ids and all that follows them up to the checksums.</param>
    /// <param name="owners">What to dispose when the last user is gone.</param>
    /// <exception cref="FormatException">The content contradicts itself.</exception>
    public FlatStore(Device device, IndexLayout layout, DescriptorPiece[] pieces, nint tables, IDisposable[] owners)
    {
        Device = device;
        _layout = layout;
        Pieces = pieces;
        _tables = (byte*)tables;
        _owners = owners;
        _lookup = IdLookup.Of(Ids, Count);
        _labels = new StringTable((long*)Table(layout.LabelOffsetsAt), Table(layout.LabelTextAt), Header.LabelCount);
        _paths = new StringTable((long*)Table(layout.PathOffsetsAt), Table(layout.PathTextAt), Count);
        RefuseBadTables();
        Provenance = IndexProvenance.Read(new ReadOnlySpan<byte>(Table(layout.ProvenanceAt), (int)Header.ProvenanceByteCount));
        PieceTensors = new Tensor[pieces.Length];
        PieceSquaredNorms = new Tensor[pieces.Length];
        Proposers = new ProposerPool(this);
        try
        {
            GoToDevice();
        }
        catch
        {
            FreeViews();
            throw;
        }
    }

    public Device Device { get; }

    public IndexHeader Header => _layout.Header;

    public IndexLayout Layout => _layout;

    public long Count => Header.Count;

    public int Dimension => Header.Dimension;

    public DescriptorPiece[] Pieces { get; }

    /// <summary>The pieces on the device, [n, D].</summary>
    public Tensor[] PieceTensors { get; }

    /// <summary>|x|^2 of the pieces' rows on the device, [n]; none for the inner product.</summary>
    public Tensor[] PieceSquaredNorms { get; }

    /// <summary>The device's part of searches.</summary>
    public ProposerPool Proposers { get; }

    /// <summary>The longest descriptor's norm.</summary>
    public double LongestNorm { get; private set; }

    public IReadOnlyDictionary<string, string> Provenance { get; }

    public long* Ids => (long*)Table(_layout.IdsAt);

    /// <summary>All tables as they stand in a file, from the ids up to the checksums.</summary>
    public nint Tables => (nint)_tables;

    public long RowOf(long id) => _lookup.RowOf(id);

    public float* Descriptor(long row)
    {
        int low = 0, high = Pieces.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Pieces[middle].FirstRow <= row)
                low = middle;
            else
                high = middle - 1;
        }
        return (float*)Pieces[low].Address + ((row - Pieces[low].FirstRow) * Dimension);
    }

    /// <summary>A row with its float64 score.</summary>
    public Candidate Score(float* query, long row) => new(ExactScore.Of(Header.Metric, query, Descriptor(row), Dimension), Ids[row], row);

    /// <summary>How far a float32 score of a query against any row can lie from the true one.</summary>
    public double ErrorBound(float* query) =>
        ScoreErrorBound.Of(Header.Metric, Dimension, Math.Sqrt(ExactScore.Dot(query, query, Dimension)), LongestNorm);

    public string? Label(long row) => Header.HasLabels && LabelCodes[row] is >= 0 and var code ? _labels[code] : null;

    public string? Path(long row) => Header.HasPaths ? _paths[row] : null;

    /// <summary>Holds the memory for as long as the returned lease lives.</summary>
    /// <exception cref="ObjectDisposedException">The index was disposed.</exception>
    public Lease Use()
    {
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            ObjectDisposedException.ThrowIf(users == 0, typeof(FlatIndex));
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
        return new Lease(this);
    }

    /// <summary>One user less; the last one frees the memory.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        Proposers.Dispose();
        FreeViews();
        foreach (var owner in _owners)
            owner.Dispose();
    }

    private int* LabelCodes => (int*)Table(_layout.LabelCodesAt);

    private byte* Table(long position) => _tables + (position - _layout.IdsAt);

    private void RefuseBadTables()
    {
        if (Header.HasLabels && !_labels.IsWithin(Header.LabelByteCount))
            throw new FormatException("the table of labels points outside its text");
        if (Header.HasPaths && !_paths.IsWithin(Header.PathByteCount))
            throw new FormatException("the table of paths points outside its text");
        for (long row = 0; Header.HasLabels && row < Count; row++)
            if (LabelCodes[row] < -1 || LabelCodes[row] >= Header.LabelCount)
                throw new FormatException($"row {row} has label number {LabelCodes[row]} of {Header.LabelCount}");
    }

    private void GoToDevice()
    {
        var euclidean = Header.Metric == SearchMetric.SquaredEuclidean;
        var norms = euclidean ? new AlignedMemory(Count * sizeof(float)) : null;
        if (norms is not null)
            _views.Add(norms);
        var squaredNorms = norms is null ? null : (float*)norms.Address;
        LongestNorm = RowNorms.Measure(Device, Pieces, Dimension, squaredNorms);
        for (var i = 0; i < Pieces.Length; i++)
        {
            PieceTensors[i] = View(Pieces[i].Address, new Shape(Pieces[i].RowCount, Dimension));
            if (euclidean)
                PieceSquaredNorms[i] = View((nint)(squaredNorms + Pieces[i].FirstRow), new Shape(Pieces[i].RowCount));
        }
    }

    private Tensor View(nint address, Shape shape)
    {
        var view = Device.View(address, shape);
        _views.Add(view);
        return view.Tensor;
    }

    private void FreeViews()
    {
        for (var i = _views.Count - 1; i >= 0; i--)
            _views[i].Dispose();
    }

    /// <summary>A user of the memory.</summary>
    public readonly struct Lease(FlatStore store) : IDisposable
    {
        public void Dispose() => store.Release();
    }
}
