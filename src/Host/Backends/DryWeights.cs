namespace Retrieval.Host.Backends;

/// <summary>The memory that prepared weights take: the weights in the maps' type, and the scale of their channels.</summary>
internal sealed class DryWeights : PreparedWeights
{
    private Tensor _weights, _scale;

    public DryWeights(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type) : base(w.Shape, geometry, type)
    {
        _weights = w.Device.Rent(w.Shape, type, MemoryPurpose.Parameters);
        _scale = scale.IsNone ? scale : w.Device.Rent(scale.Shape, scale.Type, MemoryPurpose.Parameters);
    }

    protected override void Dispose(bool disposing)
    {
        if (_weights.IsNone)
            return;
        _weights.Device.Return(_scale);
        _weights.Device.Return(_weights);
        _weights = _scale = Tensor.None;
    }
}
