using Retrieval.Host;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Training.Extraction;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Steps;

/// <summary>A batch of images of several sizes: each has a pass of its own that is open until the loss of all is known.</summary>
internal sealed class ApartStep(DescriptorNetwork network, WeightedLosses losses, ImageBatch batch, PassMode mode) : IDisposable
{
    private readonly Device _device = network.Device;
    private readonly List<Pass> _passes = [];

    /// <summary>Forward, losses and backward.</summary>
    public void Run(ReadOnlySpan<AugmentedImage> images, ReadOnlySpan<BatchRow> rows, ILossRows lossRows, Tensor draw, Tensor loss)
    {
        var outputs = default(NetworkOutputs);
        for (var i = 0; i < images.Length; i++)
        {
            var pass = OpenPass(i);
            var own = Forward(images.Slice(i, 1), rows[i].IsReal, pass);
            if (i == 0)
                outputs = Rent(own, images.Length);
            Copy(own, Row(outputs, i));
            own.Release(pass);
        }
        var gradients = TrainingStep.RentGradients(losses.Uses, outputs);
        _device.Operators.Fill(loss, 0);
        lossRows.Compute(losses, outputs, gradients, draw, loss);
        Return(outputs);
        for (var i = 0; i < images.Length; i++)
            Backward(Row(gradients, i), _passes[i]);
        Return(gradients);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pass in _passes)
            pass.Dispose();
    }

    private NetworkOutputs Forward(ReadOnlySpan<AugmentedImage> image, bool isReal, Pass pass)
    {
        var input = batch.Upload(image);
        if (!isReal)
            _device.Operators.Fill(input, 0);
        var outputs = network.ForwardAll(input, pass);
        pass.Release(input);
        return outputs;
    }

    /// <summary>The network uses its gradients up: gives it some of its own.</summary>
    private void Backward(NetworkOutputs gradients, Pass pass)
    {
        var own = Rent(gradients, 1);
        Copy(gradients, own);
        network.Backward(own, pass);
        pass.Reset(mode);
    }

    private Pass OpenPass(int index)
    {
        if (index == _passes.Count)
            _passes.Add(new Pass(_device, mode));
        return _passes[index];
    }

    private NetworkOutputs Rent(NetworkOutputs like, int rows)
    {
        return new NetworkOutputs(Of(like.Embedding), Of(like.Neck), Of(like.Descriptors));

        Tensor Of(Tensor tensor) => tensor.IsNone ? tensor : _device.Rent(tensor.Shape.WithFirst(rows), purpose: MemoryPurpose.Descriptors);
    }

    private void Copy(NetworkOutputs source, NetworkOutputs target)
    {
        Of(source.Embedding, target.Embedding);
        Of(source.Neck, target.Neck);
        Of(source.Descriptors, target.Descriptors);

        void Of(Tensor from, Tensor to)
        {
            if (!from.IsNone)
                _device.Operators.Copy(from, to);
        }
    }

    private void Return(NetworkOutputs outputs)
    {
        _device.Return(outputs.Embedding);
        _device.Return(outputs.Neck);
        _device.Return(outputs.Descriptors);
    }

    private static NetworkOutputs Row(NetworkOutputs outputs, int row)
    {
        return new NetworkOutputs(Of(outputs.Embedding), Of(outputs.Neck), Of(outputs.Descriptors));

        Tensor Of(Tensor tensor) => tensor.IsNone ? tensor : tensor.Slice(row, 1);
    }
}
