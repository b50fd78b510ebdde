using Retrieval.Host;
using Retrieval.Imaging;

namespace Retrieval.Cli.Bench;

/// <summary>The float32 matrix product C [m, n] = A [m, k] B [k, n].</summary>
internal sealed class GemmTopic : BenchTopic
{
    private const int CheckedEntries = 64;

    /// <summary>Relative, of sums of positive products: float32 sums, or factors that keep 10 bits of their fraction.</summary>
    private const double Float32Tolerance = 1e-6, RoundedTolerance = 1.0 / (1 << 10);

    public override string Name => "gemm";

    public override IReadOnlyList<string> Axes { get; } = ["m", "n", "k"];

    public override string Cases => "2048x2048x2048";

    public override int Repetitions => 9;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
            Run(run, sizes);
    }

    private void Run(BenchRun run, int[] sizes)
    {
        var (m, n, k) = (sizes[0], sizes[1], sizes[2]);
        var device = run.Device;
        float[] left = run.Uniform(checked(m * k), stream: 1), right = run.Uniform(checked(k * n), stream: 2);
        Tensor a = device.Rent<float>(new Shape(m, k), left), b = device.Rent<float>(new Shape(k, n), right), c = device.Rent(new Shape(m, n));
        device.Operators.MatrixProduct(a, b, c);
        var tolerance = device.Precision == Precision.Float32 ? Float32Tolerance : RoundedTolerance;
        Verify(left, right, c.ToArray<float>(), sizes, tolerance, new SeededRandom(run.Seed));
        var timing = run.Time(() =>
        {
            device.Operators.MatrixProduct(a, b, c);
            device.Synchronize();
        });
        run.Print(Name, Named(sizes), timing, "gflops", 2e-9 * m * n * k);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[c, b, a])
            device.Return(tensor);
    }

    private static void Verify(float[] left, float[] right, float[] product, int[] sizes, double tolerance, SeededRandom random)
    {
        var (m, n, k) = (sizes[0], sizes[1], sizes[2]);
        for (var i = 0; i < CheckedEntries; i++)
        {
            int row = random.Next(m), column = random.Next(n);
            var exact = 0.0;
            for (var j = 0; j < k; j++)
                exact += (double)left[(row * k) + j] * right[(j * n) + column];
            BenchRun.Verify($"matrix product, entry {row}, {column}", exact, product[(row * n) + column], tolerance * exact);
        }
    }
}
