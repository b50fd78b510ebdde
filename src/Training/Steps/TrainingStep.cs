using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training.Extraction;
using Retrieval.Training.Losses;
using Retrieval.Training.Recording;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Steps;

/// <summary>
/// Forward, losses and backward of a batch, adding to the parameters' gradients. Images of one size go through the network as one
/// batch, in work that a device can record; otherwise one at a time, each with a pass of its own that is open until the loss of all is
/// known. A run only queues its work: nothing waits for the device before <see cref="Losses"/> are read.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    /// <summary>Batches of so many shapes are remembered: whole ones, the last of an epoch, upright and lying images.</summary>
    private const int Shapes = 4;

    private readonly DescriptorNetwork _network;
    private readonly Device _device;
    private readonly WeightedLosses _losses;
    private readonly BatchLayout _layout;
    private readonly PassMode _mode;
    private readonly bool _batchNegatives;
    private readonly ulong _seed;
    private readonly ImageBatch _batch;
    private readonly ApartStep _apart;
    private readonly Pass _pass;
    private readonly Tensor _lossValue;
    private readonly SmallTable<long> _draw;
    private readonly ShapeCache<(int Images, int Height, int Width), StepShape> _shapes;

    /// <param name="network">The network that is trained.</param>
    /// <param name="losses">What it is trained by.</param>
    /// <param name="mode">Batch or frozen statistics.</param>
    /// <param name="layout">How rows belong together.</param>
    /// <param name="batchNegatives">Whether the tuples of a run serve each other as further negatives.</param>
    /// <param name="seed">Decides what losses draw.</param>
    public TrainingStep(DescriptorNetwork network, WeightedLosses losses, PassMode mode, BatchLayout layout, bool batchNegatives = false, ulong seed = 0)
    {
        _network = network;
        _device = network.Device;
        (_losses, _mode, _layout, _batchNegatives, _seed) = (losses, mode, layout, batchNegatives, seed);
        _batch = new ImageBatch(_device, network.Description.Normalization);
        _pass = new Pass(_device, mode);
        _apart = new ApartStep(network, losses, _batch, mode);
        _lossValue = _device.Rent(new Shape(1), purpose: MemoryPurpose.Workspace);
        _draw = new SmallTable<long>(_device, 2);
        _shapes = new(Shapes, shape => Make(shape.Images, shape.Height, shape.Width));
        Losses = new LossSum(_device);
    }

    /// <summary>The losses of all runs.</summary>
    public LossSum Losses { get; }

    /// <summary>Runs whole groups.</summary>
    /// <param name="images">One for each row; blank ones for rows without an image.</param>
    /// <param name="rows">What they are.</param>
    /// <param name="number">The run's number in the training, which with the seed decides what losses draw.</param>
    /// <exception cref="ArgumentException">Batch statistics with images of several sizes.</exception>
    public void Run(ReadOnlySpan<AugmentedImage> images, ReadOnlySpan<BatchRow> rows, long number = 0)
    {
        var oneSize = AllOfOneSize(images);
        if (!oneSize && _mode == PassMode.BatchStatistics)
            throw new ArgumentException("training with batch statistics needs images of one size: choose a fixed size such as 224x224, or frozen statistics");
        var (height, width) = oneSize ? (images[0].View.Height, images[0].View.Width) : (0, 0);
        var shape = _shapes[(images.Length, height, width)];
        shape.Rows.Set(rows);
        _draw.Set([(long)_seed, number]);
        if (oneSize)
        {
            _batch.Write(images, shape.Input);
            ClearPadding(rows, shape.Input);
            shape.Run();
        }
        else
        {
            _apart.Run(images, rows, shape.Rows, _draw.Values, _lossValue);
        }
        Losses.Add(_lossValue);
        if (_mode == PassMode.BatchStatistics)
            _network.Parameters.TouchStatistics();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shapes.Dispose();
        _apart.Dispose();
        _pass.Dispose();
        _batch.Dispose();
        _draw.Dispose();
        Losses.Dispose();
        _device.Return(_lossValue);
    }

    /// <summary>Rents gradients, all zero, for the outputs that some loss uses.</summary>
    internal static NetworkOutputs RentGradients(LossOutputs uses, NetworkOutputs outputs)
    {
        return new NetworkOutputs(Rent(LossOutputs.Embedding, outputs.Embedding), Rent(LossOutputs.Neck, outputs.Neck), Rent(LossOutputs.Descriptors, outputs.Descriptors));

        Tensor Rent(LossOutputs output, Tensor like)
        {
            if ((uses & output) == 0)
                return Tensor.None;
            var gradient = like.Device.Rent(like.Shape, purpose: MemoryPurpose.Descriptors);
            like.Device.Operators.Fill(gradient, 0);
            return gradient;
        }
    }

    private StepShape Make(int images, int height, int width)
    {
        var input = height == 0 ? Tensor.None : _device.Rent(new Shape(images, height, width, RgbImage.Channels), _device.ActivationType);
        ILossRows rows = _batchNegatives
            ? new BatchTuples(_device, images / _layout.GroupSize, _layout.GroupSize)
            : new OwnRows(_device, images, padded: _layout.LeastReal < _layout.GroupSize);
        return new StepShape(_device, input, rows, RunTogether);
    }

    private void RunTogether(StepShape shape)
    {
        var outputs = _network.ForwardAll(shape.Input, _pass, shape.Rows.Real);
        outputs.Release(_pass);
        var gradients = RentGradients(_losses.Uses, outputs);
        _device.Operators.Fill(_lossValue, 0);
        shape.Rows.Compute(_losses, outputs, gradients, _draw.Values, _lossValue);
        _network.Backward(gradients, _pass);
        _pass.Reset(_mode);
    }

    /// <summary>Rows without an image are zero as the network sees them, not black.</summary>
    private void ClearPadding(ReadOnlySpan<BatchRow> rows, Tensor input)
    {
        for (var i = 0; i < rows.Length; i++)
            if (!rows[i].IsReal)
                _device.Operators.Fill(input.Slice(i, 1), 0);
    }

    private static bool AllOfOneSize(ReadOnlySpan<AugmentedImage> images)
    {
        foreach (var image in images)
            if (image.View.Width != images[0].View.Width || image.View.Height != images[0].View.Height)
                return false;
        return true;
    }
}
