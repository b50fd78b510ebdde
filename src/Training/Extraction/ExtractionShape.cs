using Retrieval.Host;

namespace Retrieval.Training.Extraction;

/// <summary>What an extraction keeps for batches of one shape: where the images go, where their descriptors come out, and the work between.</summary>
internal sealed class ExtractionShape : IDisposable
{
    private readonly RecordedWork _work;

    /// <param name="images">Receives the images [N, H, W, 3]. Taken over.</param>
    /// <param name="descriptors">Receives the descriptors [N, D]. Taken over.</param>
    /// <param name="describe">Goes from the one to the other.</param>
    public ExtractionShape(Tensor images, Tensor descriptors, Action<Tensor, Tensor> describe)
    {
        (Images, Descriptors) = (images, descriptors);
        _work = images.Device.Record(() => describe(images, descriptors), "extraction");
    }

    public Tensor Images { get; }

    public Tensor Descriptors { get; }

    /// <summary>Queues the work.</summary>
    public void Run() => _work.Run();

    /// <summary>The network is another than it was.</summary>
    public void Forget() => _work.Forget();

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.Dispose();
        Descriptors.Device.Return(Descriptors);
        Images.Device.Return(Images);
    }
}
