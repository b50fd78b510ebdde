using Retrieval.Host;

namespace Retrieval.Training;

/// <summary>What a training step keeps for batches of one shape: where the images go, how they become a loss, and the work that follows.</summary>
internal sealed class StepShape : IDisposable
{
    private readonly Device _device;
    private readonly RecordedWork _work;

    /// <param name="device">Where it runs.</param>
    /// <param name="input">Receives the images [N, H, W, 3]; none where they differ in size. Taken over.</param>
    /// <param name="tuples">Makes a loss of their descriptors. Taken over.</param>
    /// <param name="compute">What a step does, once images and labels are there.</param>
    public StepShape(Device device, Tensor input, ITuples tuples, Action<StepShape> compute)
    {
        (_device, Input, Tuples) = (device, input, tuples);
        _work = device.Record(() => compute(this), "training step");
    }

    public Tensor Input { get; }

    public ITuples Tuples { get; }

    /// <summary>Queues the step's work.</summary>
    public void Run() => _work.Run();

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.Dispose();
        Tuples.Dispose();
        _device.Return(Input);
    }
}
