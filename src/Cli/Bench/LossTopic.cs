using Retrieval.Host;

namespace Retrieval.Cli.Bench;

/// <summary>Losses over a batch of identities, loss and gradient: batch-hard over all rows, and the centroid triplet loss with its rounds.</summary>
internal sealed class LossTopic : BenchTopic
{
    private const float Margin = 0.5f;
    private const double Tolerance = 1e-4;

    private static readonly TripletCost Cost = new(PairDistance.Euclidean, Margin);

    public override string Name => "losses";

    public override IReadOnlyList<string> Axes { get; } = ["identities", "slots", "dimension"];

    public override string Cases => "16x4x2048,128x4x2048";

    public override int Repetitions => 25;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
            Run(run, sizes);
    }

    private void Run(BenchRun run, int[] sizes)
    {
        var (device, slots) = (run.Device, sizes[1]);
        var shape = new Shape(sizes[0] * slots, sizes[2]);
        var values = run.Uniform(checked((int)shape.Count), stream: 1);
        int[] labels = [.. Enumerable.Range(0, shape[0]).Select(row => row / slots)];
        Tensor x = device.Rent<float>(shape, values), classes = device.Rent<int>(new Shape(labels.Length), labels), dx = device.Rent(shape), loss = device.Rent(new Shape(1));
        var rows = values.Chunk(shape[1]).Select(row => Array.ConvertAll(row, value => (double)value)).ToArray();
        Measure("batch-hard", BatchHard(rows, labels), () => device.Operators.BatchHard(x, classes, Tensor.None, Cost, 1, loss, dx));
        Measure("centroid-triplet", Centroids(rows, slots), () => device.Operators.CentroidTriplet(x, classes, Tensor.None, slots, Cost, false, 1, loss, dx));
        foreach (var tensor in (ReadOnlySpan<Tensor>)[loss, dx, classes, x])
            device.Return(tensor);

        void Measure(string kind, double expected, Action compute)
        {
            Step();
            BenchRun.Verify(kind, expected, loss.ToArray<float>()[0], Tolerance * Math.Max(1, expected));
            run.Print(Name, [("loss", kind), ("pass", "forward+backward"), .. Named(sizes)], run.Time(() =>
            {
                Step();
                device.Synchronize();
            }), "imagesPerSecond", shape[0]);

            void Step()
            {
                device.Operators.Fill(loss, 0);
                device.Operators.Fill(dx, 0);
                compute();
            }
        }
    }

    private static double Centroids(double[][] rows, int slots)
    {
        var sum = 0.0;
        for (var slot = 0; slot < slots; slot++)
        {
            double[][] queries = [.. rows.Where((_, row) => row % slots == slot)], prototypes = [.. rows.Chunk(slots).Select(identity => MeanWithout(identity, slot))];
            sum += BatchHard([.. queries, .. prototypes], [.. Enumerable.Range(0, 2 * queries.Length).Select(row => row % queries.Length)]) / slots;
        }
        return sum;
    }

    private static double[] MeanWithout(double[][] identity, int slot)
    {
        var mean = new double[identity[0].Length];
        for (var other = 0; other < identity.Length; other++)
            for (var i = 0; i < mean.Length && other != slot; i++)
                mean[i] += identity[other][i] / (identity.Length - 1);
        return mean;
    }

    private static double BatchHard(double[][] rows, int[] labels)
    {
        var sum = 0.0;
        for (var row = 0; row < rows.Length; row++)
        {
            double far = 0, near = double.PositiveInfinity;
            for (var other = 0; other < rows.Length; other++)
            {
                var square = 0.0;
                for (var i = 0; i < rows[row].Length; i++)
                    square += (rows[row][i] - rows[other][i]) * (rows[row][i] - rows[other][i]);
                if (labels[row] == labels[other])
                    far = Math.Max(far, Math.Sqrt(square));
                else
                    near = Math.Min(near, Math.Sqrt(square));
            }
            sum += near < double.PositiveInfinity ? Math.Max(far - near + Margin, 0) / rows.Length : 0;
        }
        return sum;
    }
}
