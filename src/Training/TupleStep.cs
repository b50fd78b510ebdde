using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Models;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Recording;

namespace Retrieval.Training;

/// <summary>
/// Forward, loss and backward of a few tuples, adding to the parameters' gradients. Images of one size go through the network as one
/// batch, in work that a device can record; otherwise one at a time, each with a pass of its own that is open until the loss of all is
/// known. A run only queues its work: nothing waits for the device before <see cref="Losses"/> are read.
/// </summary>
public sealed class TupleStep : IDisposable
{
    /// <summary>Batches of so many shapes are remembered: whole ones, the last of an epoch, upright and lying images.</summary>
    private const int Shapes = 4;

    private readonly DescriptorNetwork _network;
    private readonly Device _device;
    private readonly ITupleLoss _loss;
    private readonly PassMode _mode;
    private readonly bool _batchNegatives;
    private readonly ImageBatch _batch;
    private readonly List<Pass> _passes = [];
    private readonly Tensor _lossValue;
    private readonly ShapeCache<(int Images, int Tuples, int Height, int Width), StepShape> _shapes;

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
        _batchNegatives = batchNegatives;
        _batch = new ImageBatch(_device, network.Description.Normalization);
        _lossValue = _device.Rent(new Shape(1), purpose: MemoryPurpose.Workspace);
        _shapes = new(Shapes, shape => Make(shape.Images, shape.Tuples, shape.Height, shape.Width));
        Losses = new LossSum(_device);
    }

    /// <summary>The losses of all runs.</summary>
    public LossSum Losses { get; }

    /// <summary>Runs tuples of equal length, given one image after another in the order of the loss.</summary>
    /// <param name="images">All images.</param>
    /// <param name="labels">-1 query, 1 positive, 0 negative, one for each image.</param>
    /// <param name="clusters">Cluster of each tuple's query; needed for negatives from the batch only.</param>
    /// <exception cref="ArgumentException">Batch statistics with images of several sizes.</exception>
    public void Run(ReadOnlySpan<RgbImage> images, ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters = default)
    {
        var oneSize = AllOfOneSize(images);
        if (!oneSize && _mode == PassMode.BatchStatistics)
            throw new ArgumentException("training with batch statistics needs images of one size: choose a fixed size such as 224x224, or frozen statistics");
        var (height, width) = oneSize ? (images[0].Height, images[0].Width) : (0, 0);
        var shape = _shapes[(images.Length, clusters.Length, height, width)];
        shape.Tuples.Set(labels, clusters);
        if (oneSize)
        {
            _batch.Write(images, shape.Input);
            shape.Run();
        }
        else
        {
            RunApart(images, shape.Tuples);
        }
        Losses.Add(_lossValue);
        if (_mode == PassMode.BatchStatistics)
            _network.Parameters.TouchStatistics();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shapes.Dispose();
        foreach (var pass in _passes)
            pass.Dispose();
        _batch.Dispose();
        Losses.Dispose();
        _device.Return(_lossValue);
    }

    private StepShape Make(int images, int tuples, int height, int width)
    {
        var input = height == 0 ? Tensor.None : _device.Rent(new Shape(images, height, width, RgbImage.Channels), _device.ActivationType);
        return new StepShape(_device, input, _batchNegatives ? new BatchTuples(_device, _loss, tuples, images / tuples) : new OwnTuples(_device, _loss, images), RunTogether);
    }

    private void RunTogether(StepShape shape)
    {
        var pass = OpenPass(0);
        var descriptors = _network.Forward(shape.Input, pass);
        pass.Release(descriptors);
        var gradient = _device.Rent(descriptors.Shape, purpose: MemoryPurpose.Descriptors);
        shape.Tuples.Compute(descriptors, _lossValue, gradient);
        _network.Backward(gradient, pass);
        pass.Reset(_mode);
    }

    private void RunApart(ReadOnlySpan<RgbImage> images, ITuples tuples)
    {
        var descriptors = _device.Rent(new Shape(images.Length, _network.Description.Dimension), purpose: MemoryPurpose.Descriptors);
        for (var i = 0; i < images.Length; i++)
            Forward(images.Slice(i, 1), OpenPass(i), descriptors.Slice(i, 1));
        var gradient = _device.Rent(descriptors.Shape, purpose: MemoryPurpose.Descriptors);
        tuples.Compute(descriptors, _lossValue, gradient);
        _device.Return(descriptors);
        for (var i = 0; i < images.Length; i++)
            Backward(gradient.Slice(i, 1), _passes[i]);
        _device.Return(gradient);
    }

    private void Forward(ReadOnlySpan<RgbImage> image, Pass pass, Tensor target)
    {
        var input = _batch.Upload(image);
        var descriptor = _network.Forward(input, pass);
        pass.Release(input);
        pass.Release(descriptor);
        pass.Operators.Copy(descriptor, target);
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
