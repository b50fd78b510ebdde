using Retrieval.Host;
using Retrieval.Training.Losses;
using Retrieval.Training.Recording;

namespace Retrieval.Training;

/// <summary>Each tuple by itself, as it was mined.</summary>
internal sealed class OwnTuples(Device device, ITupleLoss loss, int images) : ITuples
{
    private readonly SmallTable _labels = new(device, images);

    /// <inheritdoc/>
    public void Set(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters) => _labels.Set(labels);

    /// <inheritdoc/>
    public void Compute(Tensor descriptors, Tensor lossValue, Tensor gradient) => loss.Compute(descriptors, _labels.Values, lossValue, gradient);

    /// <inheritdoc/>
    public void Dispose() => _labels.Dispose();
}
