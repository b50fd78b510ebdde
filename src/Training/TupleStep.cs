using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;

namespace Retrieval.Training;

/// <summary>
/// Forward, loss and backward of a few tuples, adding to the parameters' gradients. Images of one size go through the network as one
/// batch; otherwise one at a time, each with a pass of its own that is open until the loss of all is known.
/// </summary>
public sealed class TupleStep : IDisposable
{
    private readonly DescriptorNetwork _network;
    private readonly Device _device;
    private readonly ITupleLoss _loss;
    private readonly PassMode _mode;
    private readonly ImageBatch _batch;
    private readonly List<Pass> _passes = [];
    private readonly Tensor _lossValue;
    private readonly BatchTuples? _batchTuples;
    private readonly float[] _lossHost = new float[1];

    /// <param name="network">The network that is trained.</param>
    /// <param name="loss">Loss over tuples.</param>
    /// <param name="mode">Batch or frozen statistics.</param>
    /// <param name="batchNegatives">Whether the tuples of a run serve each other as further negatives.</param>
    public TupleStep(DescriptorNetwork network, ITupleLoss loss, PassMode mode, bool batchNegatives = false)
    {
        _network = network;
        _device = network.Device;
        _loss = loss;
        _mode = mode;
        _batch = new ImageBatch(_device, network.Description.Normalization);
        _lossValue = _device.Rent(new Shape(1), purpose: MemoryPurpose.Workspace);
        _batchTuples = batchNegatives ? new BatchTuples(_device, loss) : null;
    }

    /// <summary>Runs tuples of equal length, given one image after another in the order of the loss.</summary>
    /// <param name="images">All images.</param>
    /// <param name="labels">-1 query, 1 positive, 0 negative, one for each image.</param>
    /// <param name="clusters">Cluster of each tuple's query; needed for negatives from the batch only.</param>
    /// <returns>The loss, summed over the tuples.</returns>
    /// <exception cref="ArgumentException">Batch statistics with images of several sizes.</exception>
    public double Run(ReadOnlySpan<RgbImage> images, ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters = default)
    {
        var oneSize = AllOfOneSize(images);
        if (!oneSize && _mode == PassMode.BatchStatistics)
            throw new ArgumentException("training with batch statistics needs images of one size: choose a fixed size such as 224x224, or frozen statistics");
        var passSize = oneSize ? images.Length : 1;
        var descriptors = _device.Rent(new Shape(images.Length, _network.Description.Dimension), purpose: MemoryPurpose.Descriptors);
        for (int first = 0, pass = 0; first < images.Length; first += passSize, pass++)
            Forward(images.Slice(first, passSize), OpenPass(pass), descriptors.Slice(first, passSize));

        var gradient = _device.Rent(descriptors.Shape, purpose: MemoryPurpose.Descriptors);
        ComputeLoss(descriptors, labels, clusters, gradient);
        _device.Return(descriptors);

        for (int first = 0, pass = 0; first < images.Length; first += passSize, pass++)
            Backward(gradient.Slice(first, passSize), _passes[pass]);
        _device.Return(gradient);
        _lossValue.Download<float>(_lossHost);
        return _lossHost[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pass in _passes)
            pass.Dispose();
        _device.Return(_lossValue);
    }

    private void ComputeLoss(Tensor descriptors, ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters, Tensor gradient)
    {
        if (_batchTuples is not null)
        {
            _batchTuples.Compute(descriptors, clusters, _lossValue, gradient);
            return;
        }
        var labelTensor = _device.Rent(new Shape(labels.Length), labels, MemoryPurpose.Workspace);
        _loss.Compute(descriptors, labelTensor, _lossValue, gradient);
        _device.Return(labelTensor);
    }

    private void Forward(ReadOnlySpan<RgbImage> images, Pass pass, Tensor target)
    {
        var input = _batch.Upload(images);
        var descriptors = _network.Forward(input, pass);
        pass.Release(input);
        pass.Release(descriptors);
        pass.Operators.Copy(descriptors, target);
    }

    private void Backward(Tensor gradient, Pass pass)
    {
        // The network uses its gradient up: give it one of its own.
        var own = _device.Rent(gradient.Shape);
        pass.Operators.Copy(gradient, own);
        _network.Backward(own, pass);
        pass.Reset(_mode);
    }

    private Pass OpenPass(int index)
    {
        if (index == _passes.Count)
            _passes.Add(new Pass(_device, _mode));
        return _passes[index];
    }

    private static bool AllOfOneSize(ReadOnlySpan<RgbImage> images)
    {
        foreach (var image in images)
            if (image.Width != images[0].Width || image.Height != images[0].Height)
                return false;
        return true;
    }
}
