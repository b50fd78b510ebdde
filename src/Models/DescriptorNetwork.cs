using Retrieval.Host;
using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;

namespace Retrieval.Models;

/// <summary>
/// Images to descriptors: backbone, pooling, where the head asks for it a batch-norm neck, L2, and a whitening layer with another L2.
/// Descriptors are [N, D] with rows of unit length.
/// </summary>
public sealed class DescriptorNetwork : IDisposable
{
    private readonly IBackbone _backbone;
    private readonly IPooling _pooling;
    private readonly NormNeck? _neck;
    private readonly LinearLayer? _whitening;

    /// <summary>Makes a network whose weights are all zero: initialise or load them.</summary>
    public DescriptorNetwork(Device device, NetworkDescription description)
    {
        description.Validate();
        Device = device;
        Description = description;
        Parameters = new ParameterSet(device);
        _backbone = description.Backbone.Create(Parameters);
        _pooling = description.Head.CreatePooling(Parameters, description.Backbone.OutputChannels);
        if (description.Head.Neck)
            _neck = new NormNeck(Parameters, _pooling.OutputDimension);
        if (description.Head.WhiteningDimensions > 0)
            _whitening = new LinearLayer(Parameters, "whiten", _pooling.OutputDimension, description.Head.WhiteningDimensions);
    }

    public Device Device { get; }

    public NetworkDescription Description { get; }

    public ParameterSet Parameters { get; }

    /// <summary>The exponent that combines descriptors of several scales: the pooling's when there is no whitening layer, else 1.</summary>
    public float ScaleExponent => _whitening is null ? _pooling.ScaleExponent : 1;

    /// <summary>Replaces the exponent p of generalised-mean pooling, in all channels.</summary>
    /// <exception cref="ArgumentException">The pooling has no exponent, or p is out of range.</exception>
    public void SetExponent(float p)
    {
        (Description.Head with { Exponent = p }).Validate();
        if (!Parameters.TryGet("pool.p", out var exponent))
            throw new ArgumentException($"p: expected a network that pools by a generalised mean, got {HeadDescription.Word(Description.Head.Pooling)}");
        var values = new float[exponent!.Value.Count];
        Array.Fill(values, p);
        exponent.Set(values);
    }

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
    /// <param name="images">The images.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="normalize">Whether the last step is L2. Vectors without it, which class centroids are means of, are for inference alone.</param>
    public Tensor Forward(Tensor images, Pass pass, bool normalize = true)
    {
        var map = _backbone.Forward(images, pass);
        var descriptors = normalize ? Pool(map, pass) : PoolUnnormalized(map, pass);
        pass.Release(map);
        return descriptors;
    }

    /// <summary>As <see cref="Forward"/>, with all that losses look at; the caller owns each.</summary>
    /// <param name="images">Normalised images [N, H, W, 3].</param>
    /// <param name="pass">The pass.</param>
    /// <param name="real">Int32 [N], 0 for images that only fill the batch and that the neck's statistics leave out; none: all are real.</param>
    public NetworkOutputs ForwardAll(Tensor images, Pass pass, Tensor real = default)
    {
        var map = _backbone.Forward(images, pass);
        var outputs = PoolAll(map, pass, real);
        pass.Release(map);
        return outputs;
    }

    /// <summary>Whether the pooling weighs positions.</summary>
    public bool HasMask => _pooling is IMaskedPooling;

    /// <summary>How much the pooling weighs each position of an activation map: [1, N, H', W'], the caller's own; none for a pooling without a mask.</summary>
    public Tensor Mask(Tensor map, Pass pass) => _pooling is IMaskedPooling masked ? masked.Mask(map, pass) : Tensor.None;

    /// <summary>An activation map to descriptors [N, D], the caller's own.</summary>
    public Tensor Pool(Tensor map, Pass pass)
    {
        var outputs = PoolAll(map, pass, Tensor.None);
        (outputs with { Descriptors = Tensor.None }).Release(pass);
        return outputs.Descriptors;
    }

    /// <summary>Adds the parameters' gradients from that of the descriptors, which it uses up.</summary>
    public void Backward(Tensor dDescriptors, Pass pass) => Backward(new NetworkOutputs(Tensor.None, Tensor.None, dDescriptors), pass);

    /// <summary>Adds the parameters' gradients from those of the outputs, at least one of which is there; it uses them up.</summary>
    public void Backward(NetworkOutputs gradients, Pass pass)
    {
        var gradient = BackwardDescriptors(gradients.Descriptors, pass);
        if (_neck is not null)
        {
            var dNeck = Join(gradients.Neck, gradient);
            gradient = _neck.Backward(dNeck, pass);
            Device.Return(dNeck);
        }
        gradient = Join(gradients.Embedding, gradient);
        var dMap = _pooling.Backward(gradient, pass);
        Device.Return(gradient);
        _backbone.Backward(dMap, pass);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backbone.Dispose();
        (_pooling as IDisposable)?.Dispose();
        Parameters.Dispose();
    }

    private NetworkOutputs PoolAll(Tensor map, Pass pass, Tensor real)
    {
        var embedding = _pooling.Forward(map, pass);
        var neck = _neck is null ? Tensor.None : _neck.Forward(embedding, real, pass);
        var descriptors = L2Layer.Forward(neck.IsNone ? embedding : neck, pass);
        if (_whitening is null)
            return new NetworkOutputs(embedding, neck, descriptors);
        var projected = _whitening.Forward(descriptors, pass);
        pass.Release(descriptors);
        var whitened = L2Layer.Forward(projected, pass);
        pass.Release(projected);
        return new NetworkOutputs(embedding, neck, whitened);
    }

    private Tensor PoolUnnormalized(Tensor map, Pass pass)
    {
        var vectors = _pooling.Forward(map, pass);
        if (_neck is not null)
            Follow(_neck.Forward(vectors, Tensor.None, pass));
        if (_whitening is not null)
        {
            Follow(L2Layer.Forward(vectors, pass));
            Follow(_whitening.Forward(vectors, pass));
        }
        return vectors;

        void Follow(Tensor next)
        {
            pass.Release(vectors);
            vectors = next;
        }
    }

    /// <summary>From the descriptors' gradient to that of the vectors in front of the first L2; none to none.</summary>
    private Tensor BackwardDescriptors(Tensor gradient, Pass pass)
    {
        L2Layer.Backward(gradient, pass);
        if (_whitening is null)
            return gradient;
        var inner = _whitening.Backward(gradient, pass);
        Device.Return(gradient);
        L2Layer.Backward(inner, pass);
        return inner;
    }

    /// <summary>The sum of two gradients of one tensor, either of which may be none; both are used up.</summary>
    private Tensor Join(Tensor first, Tensor second)
    {
        if (first.IsNone || second.IsNone)
            return first.IsNone ? second : first;
        Device.Operators.AddScaled(1, second, 1, first);
        Device.Return(second);
        return first;
    }
}
