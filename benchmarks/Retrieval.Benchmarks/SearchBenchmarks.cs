using BenchmarkDotNet.Attributes;
using Retrieval.Host;
using Retrieval.Index;

namespace Retrieval.Benchmarks;

/// <summary>
/// Exact search of 100,000 unit descriptors of 512 dimensions, opened from a file, inner product, on two threads. One
/// query reads 205 MB; 256 queries are 26.2 GFLOP. The answer is held against float64 scores before anything is timed.
/// </summary>
[MemoryDiagnoser]
public class SearchBenchmarks
{
    private const int Count = 100_000, Dimension = 512, Threads = 2;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"retrieval-search-{Environment.ProcessId}.index");
    private Device _device = null!;
    private FlatIndex _index = null!;
    private float[] _queries = [];
    private long[] _ids = [];
    private float[] _scores = [];

    [Params(1, 256)]
    public int Queries { get; set; }

    [Params(10, 100)]
    public int K { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _device = Device.OpenCpu(Threads);
        var descriptors = UnitVectors(1, Count);
        using (var builder = new FlatIndexBuilder(_device, Dimension))
        {
            builder.Reserve(Count);
            builder.Add(descriptors);
            using var built = builder.Build();
            built.Save(_path);
        }
        _index = FlatIndex.Open(_device, _path);
        _queries = UnitVectors(2, Queries);
        _ids = new long[Queries * K];
        _scores = new float[Queries * K];
        Search();
        Verify(descriptors);
    }

    [GlobalCleanup]
    public void Clean()
    {
        _index.Dispose();
        _device.Dispose();
        File.Delete(_path);
    }

    [Benchmark]
    public int Search() => _index.Search(_queries, K, _ids, _scores);

    /// <summary>Opening: every byte against its checksum, every value finite.</summary>
    [Benchmark]
    public long Open()
    {
        using var index = FlatIndex.Open(_device, _path);
        return index.Count;
    }

    private static float[] UnitVectors(int seed, int count)
    {
        var random = new Random(seed);
        var values = new float[count * Dimension];
        for (var row = 0; row < count; row++)
        {
            var vector = values.AsSpan(row * Dimension, Dimension);
            var squared = 0.0;
            foreach (ref var value in vector)
            {
                // Twelve uniform values sum up to nearly a normal one.
                value = -6;
                for (var i = 0; i < 12; i++)
                    value += random.NextSingle();
                squared += value * value;
            }
            foreach (ref var value in vector)
                value /= (float)Math.Sqrt(squared);
        }
        return values;
    }

    private void Verify(float[] descriptors)
    {
        for (var query = 0; query < Queries; query += 51)
        {
            var scores = new double[Count];
            for (var row = 0; row < Count; row++)
                for (var i = 0; i < Dimension; i++)
                    scores[row] += (double)_queries[(query * Dimension) + i] * descriptors[(row * Dimension) + i];
            var best = Enumerable.Range(0, Count).OrderByDescending(row => scores[row]).ThenBy(row => row).Take(K).Select(row => (long)row);
            if (!best.SequenceEqual(_ids.Skip(query * K).Take(K)))
                throw new InvalidOperationException($"query {query}: the search differs from a float64 scan");
        }
    }
}
