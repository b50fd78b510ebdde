using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training.Optimizers;

namespace Retrieval.Cli.Bench;

/// <summary>
/// A training step: forward with the batch's statistics, half the sum of squared distances between the descriptors of images 0 and 1,
/// 2 and 3, ..., backward, Adam.
/// </summary>
internal sealed class TrainTopic : BenchTopic
{
    /// <summary>Small enough that every step goes down, and large enough that weights in bfloat16 change at all.</summary>
    private static double RateFor(Precision precision) => precision == Precision.BFloat16 ? 1e-4 : 1e-6;

    public override string Name => "train";

    public override IReadOnlyList<string> Axes { get; } = ["batch", "height", "width"];

    public override string Cases => "8x224x224";

    public override int Repetitions => 5;

    public override bool Trains => true;

    public override void Run(BenchRun run, IReadOnlyList<int[]> cases)
    {
        foreach (var sizes in cases)
        {
            if (sizes[0] % 2 != 0)
                throw new UsersMistakeException($"cases: a training step pairs its images, expected an even batch, got {sizes[0]}");
            using var network = EmbedTopic.Network(run);
            using var optimizer = new Optimizer(network.Parameters, new OptimizerOptions());
            var images = EmbedTopic.Images(run, sizes);
            using (var step = new PairStep(network, optimizer, images))
            {
                var rate = RateFor(run.Device.Precision);
                Verify(step, rate);
                var timing = run.Time(() => step.Run(rate));
                run.Print(Name, [("arch", run.Architecture), .. Named(sizes)], timing, "imagesPerSecond", sizes[0]);
            }
            run.Device.Return(images);
        }
    }

    /// <summary>Steps down the gradient must lower the loss of the same images.</summary>
    private static void Verify(PairStep step, double rate)
    {
        double first = step.Run(rate), last = first;
        for (var i = 0; i < 2; i++)
            last = step.Run(rate);
        if (!(last < first))
            throw new InvalidOperationException($"training step: expected the loss to fall from {first:g9}, got {last:g9}");
    }

    /// <summary>The step and the memory that it uses again and again.</summary>
    private sealed class PairStep : IDisposable
    {
        private readonly DescriptorNetwork _network;
        private readonly Optimizer _optimizer;
        private readonly Tensor _images, _labels, _loss;
        private readonly Pass _pass;
        private readonly float[] _lossHost = new float[1];

        public PairStep(DescriptorNetwork network, Optimizer optimizer, Tensor images)
        {
            (_network, _optimizer, _images) = (network, optimizer, images);
            int[] labels = [.. Enumerable.Range(0, images.Shape[0]).Select(image => image % 2 == 0 ? -1 : 1)];
            _labels = network.Device.Rent<int>(new Shape(labels.Length), labels);
            _loss = network.Device.Rent(new Shape(1));
            _pass = new Pass(network.Device, PassMode.BatchStatistics);
        }

        public double Run(double rate)
        {
            _network.Parameters.ZeroGradients();
            var descriptors = _network.Forward(_images, _pass);
            _pass.Release(descriptors);
            var gradient = _network.Device.Rent(descriptors.Shape);
            _network.Device.Operators.ContrastiveLoss(descriptors, _labels, margin: 0, epsilon: 0, _loss, gradient);
            _network.Backward(gradient, _pass);
            _pass.Reset(PassMode.BatchStatistics);
            _optimizer.Step(rate);
            _loss.Download<float>(_lossHost);
            return _lossHost[0];
        }

        public void Dispose()
        {
            _pass.Dispose();
            _network.Device.Return(_loss);
            _network.Device.Return(_labels);
        }
    }
}
