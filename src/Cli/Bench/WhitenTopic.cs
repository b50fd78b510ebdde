using Retrieval.Imaging;
using Retrieval.Training.Whitening;

namespace Retrieval.Cli.Bench;

/// <summary>
/// Learning Lw: the scatters of pairs and descriptors, then the solver (Cholesky factor, its inverse, the whitened scatter and its
/// eigenvectors). The default cases have hardly more pairs than a full rank needs, so that the solver is nearly all of it.
/// </summary>
internal sealed class WhitenTopic : BenchTopic
{
    private const double Noise = 0.2, Tolerance = 1e-6;
    private const int CheckedRows = 3;

    public override string Name => "whiten";

    public override IReadOnlyList<string> Axes { get; } = ["dimension", "pairs"];

    public override string Cases => "512x576,2048x2304";

    public override int Repetitions => 3;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
        {
            var (rows, pairs) = Pairs(run, sizes[0], sizes[1]);
            var options = new LearnedWhiteningOptions { Threads = run.Threads, Device = run.Device };
            Verify(rows, pairs, LearnedWhitening.Learn(rows, pairs, options));
            run.Print(Name, [("kind", "lw"), .. Named(sizes)], run.Time(() => LearnedWhitening.Learn(rows, pairs, options)));
        }
    }

    /// <summary>Both descriptors of a pair lie around one centre.</summary>
    private static (DescriptorMatrix Rows, (int Query, int Positive)[] Pairs) Pairs(BenchRun run, int dimension, int pairCount)
    {
        var random = new SeededRandom(run.Seed);
        var values = new float[checked(2 * pairCount * dimension)];
        for (var start = 0; start < values.Length; start += 2 * dimension)
            for (var i = start; i < start + dimension; i++)
            {
                var centre = random.NextDouble();
                values[i] = (float)(centre + (Noise * random.NextDouble()));
                values[i + dimension] = (float)(centre + (Noise * random.NextDouble()));
            }
        return (new DescriptorMatrix(values, dimension), [.. Enumerable.Range(0, pairCount).Select(pair => (2 * pair, (2 * pair) + 1))]);
    }

    /// <summary>The pairs' whitened differences must have the identity as their scatter; checked for a few rows of the projection.</summary>
    private static void Verify(DescriptorMatrix rows, (int Query, int Positive)[] pairs, WhiteningTransform whitening)
    {
        var firstRows = whitening.Truncate(Math.Min(CheckedRows, whitening.OutputDimensions));
        var scatter = new double[firstRows.OutputDimensions, firstRows.OutputDimensions];
        var descriptor = new float[rows.Dimensions];
        double[] query = new double[firstRows.OutputDimensions], positive = new double[firstRows.OutputDimensions];
        foreach (var pair in pairs)
        {
            rows.Read(pair.Query, descriptor);
            firstRows.Project(descriptor, query);
            rows.Read(pair.Positive, descriptor);
            firstRows.Project(descriptor, positive);
            for (var i = 0; i < query.Length; i++)
                for (var j = 0; j < query.Length; j++)
                    scatter[i, j] += (query[i] - positive[i]) * (query[j] - positive[j]) / pairs.Length;
        }
        for (var i = 0; i < query.Length; i++)
            for (var j = 0; j < query.Length; j++)
                BenchRun.Verify($"whitened scatter, entry {i}, {j}", i == j ? 1 : 0, scatter[i, j], Tolerance);
    }
}
