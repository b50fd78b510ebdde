using Retrieval.Host;
using Retrieval.Tests.Support;
using Retrieval.Training;
using Retrieval.Training.Optimizers;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>Training is the same on every device.</summary>
public sealed class DeviceTrainingTests : IDisposable
{
    /// <summary>
    /// What two float32 devices, which add in different orders, may be apart in any of 50 steps, as a share of the first loss: 2^-24 of rounding,
    /// handed on from step to step. Found were 1e-6.
    /// </summary>
    private const double Float32Tolerance = 1e-4;

    /// <summary>The same for maps in bfloat16, which have 8 bits.</summary>
    private const double BFloat16Tolerance = 0.1;

    private readonly string _folder = Directory.CreateTempSubdirectory("retrieval-devices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Unwatched]
    [DeviceTheory(Kind = "cuda")]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd)]
    public void Fifty_steps_have_the_losses_and_give_the_ranked_lists_of_the_processor(DeviceName on, OptimizerKind kind)
    {
        using TrainingRace expected = new(DeviceName.Cpu, kind), actual = new(on, kind);
        AssertClose(expected.Run(50), actual.Run(50), Float32Tolerance);
        Assert.Equal(expected.RankedLists(), actual.RankedLists());
    }

    [DeviceTheory(Kind = "cuda")]
    public void In_bfloat16_the_losses_fall_as_they_do_on_the_processor(DeviceName on)
    {
        using TrainingRace expected = new(DeviceName.Cpu), actual = new(on, precision: Precision.BFloat16);
        var losses = actual.Run(20);
        AssertClose(expected.Run(20), losses, BFloat16Tolerance);
        Assert.True(losses[^5..].Sum() < 0.9 * losses[..5].Sum(), string.Join(", ", losses));
    }

    [Unwatched]
    [DeviceTheory(Kind = "cuda")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_goes_on_on_another_device(DeviceName on, bool fromTheProcessor)
    {
        var (from, to) = fromTheProcessor ? (DeviceName.Cpu, on) : (on, DeviceName.Cpu);
        var path = Path.Combine(_folder, "checkpoint.safetensors");
        using var whole = Start(from);
        whole.RunEpochs(1);
        Checkpoint.Save(whole.Trainer, path);
        using var moved = Start(to);
        Checkpoint.Resume(moved.Trainer, path);
        Assert.Equal(moved.Model.Network.Parameters.All.SelectMany(parameter => parameter.Value.ToArray<float>()),
            whole.Model.Network.Parameters.All.SelectMany(parameter => parameter.Value.ToArray<float>()));
        AssertClose(Losses(whole.RunEpochs(1)), Losses(moved.RunEpochs(1)), 1e-3);
    }

    private static TinyTraining Start(DeviceName on)
    {
        TestDevices.Require(on);
        return new TinyTraining(TinyTraining.Options, on: on);
    }

    private static double[] Losses(TinyTraining run) => [.. run.Trainer.History.Select(report => report.Loss)];

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        for (var step = 0; step < expected.Length; step++)
            Assert.True(Math.Abs(expected[step] - actual[step]) <= tolerance * expected[0], $"step {step}: expected {expected[step]}, got {actual[step]}");
    }
}
