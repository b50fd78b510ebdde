using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Retrieval.Training.Whitening;
using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Benchmarks;

/// <summary>
/// Learning a whitening from 20,000 pairs (40,000 descriptors), whole and in its parts. The peer for <see cref="Eigen"/> is LAPACK's dsyevd;
/// <see cref="Product"/> does 2 D^3 operations.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 1, iterationCount: 5)]
public class WhiteningBenchmarks
{
    private const int PairCount = 20_000;

    private DescriptorMatrix _rows = null!;
    private (int Query, int Positive)[] _pairs = null!;
    private Matrix _symmetric;
    private Workers _workers = null!;

    /// <summary>D.</summary>
    [Params(512, 2048)]
    public int Dimensions { get; set; }

    /// <summary>Noise around one centre a pair, L2-normalised, so that every pair differs a little and pairs differ much.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var values = new float[2 * PairCount * Dimensions];
        for (var pair = 0; pair < PairCount; pair++)
        {
            var both = values.AsSpan(2 * pair * Dimensions, 2 * Dimensions);
            for (var j = 0; j < Dimensions; j++)
            {
                var centre = random.NextSingle();
                both[j] = centre + (0.2f * random.NextSingle());
                both[Dimensions + j] = centre + (0.2f * random.NextSingle());
            }
            Normalise(both[..Dimensions]);
            Normalise(both[Dimensions..]);
        }
        _rows = new DescriptorMatrix(values, Dimensions);
        _pairs = [.. Enumerable.Range(0, PairCount).Select(pair => (2 * pair, (2 * pair) + 1))];
        _workers = new Workers(Environment.ProcessorCount);
        _symmetric = Matrix.Zero(Dimensions, Dimensions);
        foreach (ref var value in _symmetric.Data.AsSpan())
            value = random.NextDouble() - 0.5;
    }

    [Benchmark]
    public object Learned() => LearnedWhitening.Learn(_rows, _pairs);

    [Benchmark]
    public object Pca() => PcaWhitening.Learn(_rows);

    [Benchmark]
    public object Eigen() => SymmetricEigen.Decompose(_symmetric with { Data = (double[])_symmetric.Data.Clone() }, _workers);

    [Benchmark]
    public object Product()
    {
        var product = Matrix.Zero(Dimensions, Dimensions);
        MatrixProduct.Add(product, 1, _symmetric, _symmetric, _workers);
        return product;
    }

    private static void Normalise(Span<float> descriptor)
    {
        var sum = 0.0;
        foreach (var value in descriptor)
            sum += (double)value * value;
        foreach (ref var value in descriptor)
            value = (float)(value / Math.Sqrt(sum));
    }
}
