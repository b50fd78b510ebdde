using Retrieval.Training.Clustering;

namespace Retrieval.Cli.Bench;

/// <summary>k-means of uniform rows: seeding and so many rounds.</summary>
internal sealed class KMeansTopic : BenchTopic
{
    private const double Tolerance = 1e-3;

    public override string Name => "kmeans";

    public override IReadOnlyList<string> Axes { get; } = ["count", "dimension", "clusters", "iterations"];

    public override string Cases => "100000x128x64x10,100000x128x256x10";

    public override int Repetitions => 3;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
        {
            int dimension = sizes[1], clusters = sizes[2];
            var rows = run.Uniform(checked(sizes[0] * dimension), stream: 1);
            var options = new KMeansOptions(clusters, sizes[3], run.Seed);
            // The error is that of the centroids before the last means; from one round more those of the last means are known.
            var result = KMeans.Run(run.Device, rows, dimension, options with { Iterations = sizes[3] + 1 });
            BenchRun.Verify("mean squared error", Error(rows, KMeans.Run(run.Device, rows, dimension, options).Centroids, dimension), result.Error, Tolerance * result.Error);
            run.Print(Name, Named(sizes), run.Time(() => KMeans.Run(run.Device, rows, dimension, options)), "roundsPerSecond", sizes[3]);
        }
    }

    /// <summary>Mean squared distance to the nearest centroid, in double.</summary>
    private static double Error(float[] rows, float[] centroids, int dimension)
    {
        var count = rows.Length / dimension;
        var errors = new double[count];
        Parallel.For(0, count, row =>
        {
            errors[row] = double.PositiveInfinity;
            for (var first = 0; first < centroids.Length; first += dimension)
            {
                var distance = 0.0;
                for (var j = 0; j < dimension; j++)
                {
                    var difference = (double)rows[(row * dimension) + j] - centroids[first + j];
                    distance += difference * difference;
                }
                errors[row] = Math.Min(errors[row], distance);
            }
        });
        return errors.Average();
    }
}
