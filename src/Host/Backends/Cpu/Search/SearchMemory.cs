using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>
/// The memory of one pass over the database for a block of queries: for each thread the scores of a few panels of rows and the
/// candidates of every query. It does not grow with the database.
/// </summary>
internal readonly unsafe struct SearchMemory
{
    private const long CandidateBudget = 64L << 20;
    private const int MaxQueries = 256;

    private readonly byte* _address;
    private readonly int _capacity;

    private SearchMemory(byte* address, int queries, int wanted, int capacity, int threads)
    {
        _address = address;
        (Queries, Wanted, _capacity, Threads) = (queries, wanted, capacity, threads);
    }

    /// <summary>Database rows that are scored at a time.</summary>
    public static int RowsPerPass => Blocking.RangePanels * Blocking.TileColumns;

    /// <summary>Queries of a block.</summary>
    public int Queries { get; }

    /// <summary>Candidates that are kept of a query.</summary>
    public int Wanted { get; }

    public int Threads { get; }

    public long ByteCount => NormBytes + (Threads * ThreadBytes);

    /// <summary>|q|^2 of each query.</summary>
    public float* Norms => (float*)_address;

    private long NormBytes => (Queries + 15) / 16 * 16 * sizeof(float);

    private long ScoreBytes => (long)Queries * RowsPerPass * sizeof(float);

    private long ThreadBytes => (ProductWorkspace.FloatCount * sizeof(float)) + ScoreBytes + (2 * NormBytes) + ((long)Queries * _capacity * sizeof(ulong));

    /// <summary>Plans the memory of a search: as many queries at a time as the candidates' budget allows.</summary>
    public static SearchMemory Plan(int queries, int rows, int wanted, int threads)
    {
        var kept = Math.Min(wanted, Math.Max(1, rows));
        var capacity = (int)Math.Min((2L * kept) + 64, int.MaxValue / sizeof(ulong));
        var affordable = (int)Math.Clamp(CandidateBudget / (threads * (long)capacity * sizeof(ulong)), 1, MaxQueries);
        return new SearchMemory(null, Math.Min(queries, affordable), kept, capacity, threads);
    }

    /// <summary>The same plan over memory, for a block of queries that may be the last, shorter one.</summary>
    public SearchMemory At(void* address, int queries) => new((byte*)address, queries, Wanted, _capacity, Threads);

    public ProductWorkspace Workspace(int thread) => new((float*)Thread(thread));

    /// <summary>Scores [Queries, RowsPerPass].</summary>
    public float* Scores(int thread) => (float*)(Thread(thread) + (ProductWorkspace.FloatCount * sizeof(float)));

    public CandidateList List(int thread, int query)
    {
        var thresholds = (float*)((byte*)Scores(thread) + ScoreBytes);
        var counts = (int*)((byte*)thresholds + NormBytes);
        var keys = (ulong*)((byte*)counts + NormBytes) + ((long)query * _capacity);
        return new CandidateList(keys, _capacity, Wanted, counts + query, thresholds + query);
    }

    private byte* Thread(int thread) => _address + NormBytes + (thread * ThreadBytes);
}
