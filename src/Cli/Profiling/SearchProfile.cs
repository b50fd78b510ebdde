using System.CommandLine;
using Retrieval.Cli.Bench;
using Retrieval.Host;
using Retrieval.Index;

namespace Retrieval.Cli.Profiling;

/// <summary>Exact search of a flat index of random unit vectors by inner product.</summary>
internal sealed class SearchProfile : ProfiledVerb
{
    private readonly Option<int> _rows = NumberOptions.Create("--rows", "Descriptors in the index", 100_000, least: 1, most: 1_000_000_000);
    private readonly Option<int> _dimension = NumberOptions.Create("--dimensions", "Their elements", 512, least: 1, most: 65536);
    private readonly Option<int> _queries = NumberOptions.Create("--queries", "Queries a step", 256, least: 1, most: 1_000_000);
    private readonly Option<int> _results = NumberOptions.Create("--top", "Results of each query", 10, least: 1, most: 1_000_000);

    public SearchProfile() : base("search", "Profile the search of a flat index of random descriptors") => Declare(_rows, _dimension, _queries, _results);

    protected override IProfiledWork Prepare(Session session, Device device)
    {
        var random = new Random(session.Seed);
        var queries = new float[checked(session.Value(_queries) * session.Value(_dimension))];
        foreach (ref var value in queries.AsSpan())
            value = random.NextSingle() - 0.5f;
        return new Work(SearchTopic.Build(device, (ulong)session.Seed, session.Value(_rows), session.Value(_dimension)), queries, session.Value(_results));
    }

    private sealed class Work(FlatIndex index, float[] queries, int results) : IProfiledWork
    {
        private readonly long[] _ids = new long[queries.Length / index.Dimension * results];
        private readonly float[] _scores = new float[queries.Length / index.Dimension * results];

        public string Description => $"{UnitsPerStep} queries among {index.Count} x {index.Dimension}, {results} results";

        public string Unit => "queries";

        public int UnitsPerStep => queries.Length / index.Dimension;

        public void Step(CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            index.Search(queries, results, _ids, _scores);
        }

        public void Dispose() => index.Dispose();
    }
}
