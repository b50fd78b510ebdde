using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>
/// The memory of one pass over the database for a block of queries: the packed queries, and for each thread the scores of a
/// row block and the candidates of every query. It does not grow with the database.
/// </summary>
internal readonly unsafe struct SearchMemory
{
    private const long CandidateBudget = 64L << 20;
    private const int MaxQueries = 256;

    private readonly byte* _address;
    private readonly int _dimension;

    private SearchMemory(byte* address, int queries, int dimension, int wanted, int capacity, int threads)
    {
        _address = address;
        (Queries, _dimension, Wanted, Capacity, Threads) = (queries, dimension, wanted, capacity, threads);
    }

    /// <summary>Queries of a block.</summary>
    public int Queries { get; }

    /// <summary>Candidates that are kept of a query.</summary>
    public int Wanted { get; }

    /// <summary>Room for a query's candidates; when it is full they are thinned to <see cref="Wanted"/>.</summary>
    public int Capacity { get; }

    public int Threads { get; }

    /// <summary>Columns of a score block: the queries, rounded up to whole panels.</summary>
    public int Columns => Blocking.CeilingDivide(Queries, Blocking.TileColumns) * Blocking.TileColumns;

    public long ByteCount => PackedBytes + NormBytes + (Threads * ThreadBytes);

    public float* PackedQueries => (float*)_address;

    /// <summary>|q|^2 of each query.</summary>
    public float* Norms => (float*)(_address + PackedBytes);

    private long PackedBytes => PackedPanels.FloatCount(_dimension, Queries) * sizeof(float);

    private long NormBytes => Columns * sizeof(float);

    private long ScoreBytes => (long)Blocking.BlockRows * Columns * sizeof(float);

    private long ThreadBytes => (ProductWorkspace.FloatCount * sizeof(float)) + ScoreBytes + (2 * NormBytes) + ((long)Queries * Capacity * sizeof(ulong));

    /// <summary>Plans the memory of a search: as many queries at a time as the candidates' budget allows.</summary>
    public static SearchMemory Plan(int queries, int rows, int dimension, int wanted, int threads)
    {
        var kept = Math.Min(wanted, Math.Max(1, rows));
        var capacity = (int)Math.Min((2L * kept) + 64, int.MaxValue / sizeof(ulong));
        var affordable = (int)Math.Clamp(CandidateBudget / (threads * (long)capacity * sizeof(ulong)), 1, MaxQueries);
        if (affordable > Blocking.TileColumns)
            affordable -= affordable % Blocking.TileColumns;
        return new SearchMemory(null, Math.Min(queries, affordable), dimension, kept, capacity, threads);
    }

    /// <summary>The same plan over memory, for a block of queries that may be the last, shorter one.</summary>
    public SearchMemory At(void* address, int queries) => new((byte*)address, queries, _dimension, Wanted, Capacity, Threads);

    public ProductWorkspace Workspace(int thread) => new((float*)Thread(thread));

    public float* Scores(int thread) => (float*)(Thread(thread) + (ProductWorkspace.FloatCount * sizeof(float)));

    /// <summary>For each query the score that a row must reach to be a candidate.</summary>
    public float* Thresholds(int thread) => (float*)((byte*)Scores(thread) + ScoreBytes);

    /// <summary>For each query the number of its candidates.</summary>
    public int* Counts(int thread) => (int*)((byte*)Thresholds(thread) + NormBytes);

    /// <summary>The candidates of a query as <see cref="RankKey"/>s.</summary>
    public Span<ulong> Candidates(int thread, int query) => new((ulong*)((byte*)Counts(thread) + NormBytes) + ((long)query * Capacity), Capacity);

    private byte* Thread(int thread) => _address + PackedBytes + NormBytes + (thread * ThreadBytes);
}
