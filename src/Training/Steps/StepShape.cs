using Retrieval.Host;

namespace Retrieval.Training.Steps;

/// <summary>What a training step keeps for batches of one shape: where the images go, how their outputs reach the losses, and the work that follows.</summary>
internal sealed class StepShape : IDisposable
{
    private readonly Device _device;
    private readonly RecordedWork _work;

    /// <param name="device">Where it runs.</param>
    /// <param name="input">Receives the images [N, H, W, 3]; none where they differ in size. Taken over.</param>
    /// <param name="rows">Brings their outputs to the losses. Taken over.</param>
    /// <param name="compute">What a step does, once images and labels are there.</param>
    public StepShape(Device device, Tensor input, ILossRows rows, Action<StepShape> compute)
    {
        (_device, Input, Rows) = (device, input, rows);
        _work = device.Record(() => compute(this), "training step");
    }

    public Tensor Input { get; }

    public ILossRows Rows { get; }

    /// <summary>Queues the step's work.</summary>
    public void Run() => _work.Run();

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.Dispose();
        Rows.Dispose();
        _device.Return(Input);
    }
}
