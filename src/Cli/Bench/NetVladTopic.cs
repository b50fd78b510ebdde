using Retrieval.Host;

namespace Retrieval.Cli.Bench;

/// <summary>NetVLAD: forward alone, then forward and backward with all gradients.</summary>
internal sealed class NetVladTopic : BenchTopic
{
    private const double Tolerance = 1e-4;

    public override string Name => "netvlad";

    public override IReadOnlyList<string> Axes { get; } = ["batch", "height", "width", "channels", "clusters"];

    public override string Cases => "4x30x40x512x64,1x64x64x512x64";

    public override int Repetitions => 25;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
            Run(run, sizes);
    }

    private void Run(BenchRun run, int[] sizes)
    {
        var device = run.Device;
        Shape shape = new(sizes[0], sizes[1], sizes[2], sizes[3]), rows = new(sizes[4], sizes[3]), result = new(sizes[0], checked(sizes[3] * sizes[4]));
        var values = run.Uniform(checked((int)shape.Count), stream: 1);
        var x = device.Rent<float>(shape, values);
        var weights = new NetVladWeights(device.Rent<float>(rows, run.Uniform((int)rows.Count, stream: 2)), device.Rent<float>(new Shape(sizes[4]), run.Uniform(sizes[4], stream: 3)),
            device.Rent<float>(rows, run.Uniform((int)rows.Count, stream: 4)));
        var gradients = new NetVladWeights(device.Rent(rows), device.Rent(new Shape(sizes[4])), device.Rent(rows));
        var state = NetVladState.Rent(x, weights, normalizeLocations: true);
        Tensor y = device.Rent(result), dy = device.Rent<float>(result, run.Uniform((int)result.Count, stream: 5)), dx = device.Rent(shape);
        void Forward() => device.Operators.NetVlad(x, weights, state, y);
        void Backward()
        {
            foreach (var gradient in (ReadOnlySpan<Tensor>)[gradients.Assignment, gradients.Bias, gradients.Centroids])
                device.Operators.Fill(gradient, 0);
            device.Operators.NetVladBackward(x, weights, state, y, dy, dx, gradients);
        }

        Forward();
        Backward();
        Verify(values, weights, state, y);
        Print("forward", run.Time(() =>
        {
            Forward();
            device.Synchronize();
        }));
        Print("forward+backward", run.Time(() =>
        {
            Forward();
            Backward();
            device.Synchronize();
        }));
        foreach (var tensor in (ReadOnlySpan<Tensor>)[dx, dy, y, state.Norms, state.Mass, state.Assignment, state.Scales, gradients.Centroids, gradients.Bias, gradients.Assignment,
            weights.Centroids, weights.Bias, weights.Assignment, x])
            device.Return(tensor);

        void Print(string pass, Timing timing) => run.Print(Name, [("pass", pass), .. Named(sizes)], timing, "imagesPerSecond", sizes[0]);
    }

    /// <summary>The first image's descriptor, residual by residual in double; the gradients are held by tests.</summary>
    private static void Verify(float[] x, NetVladWeights weights, NetVladState state, Tensor y)
    {
        int clusters = weights.Centroids.Shape[0], channels = weights.Centroids.Shape[1], positions = (int)state.Assignment.Shape.Rows / state.Assignment.Shape[0];
        float[] w = weights.Assignment.ToArray<float>(), b = weights.Bias.ToArray<float>(), c = weights.Centroids.ToArray<float>(), actual = y.ToArray<float>();
        var v = new double[clusters * channels];
        for (var i = 0; i < positions; i++)
            AddLocation(x.AsSpan(i * channels, channels), w, b, c, v);
        var norms = v.Chunk(channels).Select(row => Math.Sqrt(row.Sum(value => value * value))).ToArray();
        for (var i = 0; i < v.Length; i++)
            BenchRun.Verify($"value {i}", v[i] / norms[i / channels] / Math.Sqrt(clusters), actual[i], Tolerance);
    }

    private static void AddLocation(ReadOnlySpan<float> location, float[] w, float[] b, float[] c, double[] v)
    {
        var channels = location.Length;
        var length = 0.0;
        foreach (var value in location)
            length += (double)value * value;
        length = Math.Sqrt(length);
        var shares = new double[b.Length];
        for (var k = 0; k < shares.Length; k++)
        {
            var logit = 0.0;
            for (var j = 0; j < channels; j++)
                logit += w[(k * channels) + j] * location[j] / length;
            shares[k] = Math.Exp(logit + b[k]);
        }
        var sum = shares.Sum();
        for (var at = 0; at < v.Length; at++)
            v[at] += shares[at / channels] / sum * ((location[at % channels] / length) - c[at]);
    }
}
