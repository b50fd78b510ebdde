using Retrieval.Host;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;

namespace Retrieval.Models;

/// <summary>
/// Images to descriptors: backbone, pooling, L2, and, where the head asks for it, a whitening layer with another L2.
/// Descriptors are [N, D] with rows of unit length.
/// </summary>
public sealed class DescriptorNetwork : IDisposable
{
    private readonly IBackbone _backbone;
    private readonly PoolingHead _pooling;
    private readonly LinearLayer? _whitening;

    /// <summary>Makes a network whose weights are all zero: initialise or load them.</summary>
    public DescriptorNetwork(Device device, NetworkDescription description)
    {
        description.Validate();
        Device = device;
        Description = description;
        Parameters = new ParameterSet(device);
        _backbone = description.Backbone.Create(Parameters);
        _pooling = new PoolingHead(Parameters, description.Head, description.Backbone.OutputChannels);
        if (description.Head.WhiteningDimensions > 0)
            _whitening = new LinearLayer(Parameters, "whiten", description.Backbone.OutputChannels, description.Head.WhiteningDimensions);
    }

    public Device Device { get; }

    public NetworkDescription Description { get; }

    public ParameterSet Parameters { get; }

    /// <summary>The exponent that combines descriptors of several scales: the pooling's when there is no whitening layer, else 1.</summary>
    public float ScaleExponent => _whitening is null ? _pooling.ScaleExponent : 1;

    /// <summary>
    /// Makes the network ready for inference with its parameters as they are, and does nothing where it is. Needed before inference is
    /// recorded; what was recorded before the parameters changed is to be forgotten.
    /// </summary>
    public void Prepare()
    {
        _backbone.Prepare();
        _ = ScaleExponent;
    }

    /// <summary>The activation map [N, H', W', C] of normalised images [N, H, W, 3]; the caller owns it.</summary>
    public Tensor ActivationMap(Tensor images, Pass pass) => _backbone.Forward(images, pass);

    /// <summary>
    /// Normalised images [N, H, W, 3], of the device's <see cref="Host.Device.ActivationType"/>, to descriptors [N, D], the caller's own. With
    /// the batch's statistics the stored ones move: <see cref="ParameterSet.TouchStatistics"/> is for whoever has run the pass.
    /// </summary>
    public Tensor Forward(Tensor images, Pass pass)
    {
        var map = _backbone.Forward(images, pass);
        var descriptors = Pool(map, pass);
        pass.Release(map);
        return descriptors;
    }

    /// <summary>An activation map to descriptors [N, D], the caller's own.</summary>
    public Tensor Pool(Tensor map, Pass pass)
    {
        var pooled = _pooling.Forward(map, pass);
        var descriptors = L2Layer.Forward(pooled, pass);
        pass.Release(pooled);
        if (_whitening is null)
            return descriptors;
        var projected = _whitening.Forward(descriptors, pass);
        pass.Release(descriptors);
        var whitened = L2Layer.Forward(projected, pass);
        pass.Release(projected);
        return whitened;
    }

    /// <summary>Adds the parameters' gradients from that of the descriptors, which it uses up.</summary>
    public void Backward(Tensor dDescriptors, Pass pass)
    {
        var gradient = dDescriptors;
        L2Layer.Backward(gradient, pass);
        if (_whitening is not null)
        {
            var inner = _whitening.Backward(gradient, pass);
            Device.Return(gradient);
            gradient = inner;
            L2Layer.Backward(gradient, pass);
        }
        var dMap = _pooling.Backward(gradient, pass);
        Device.Return(gradient);
        _backbone.Backward(dMap, pass);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backbone.Dispose();
        Parameters.Dispose();
    }
}
