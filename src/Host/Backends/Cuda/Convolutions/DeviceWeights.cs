namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>Weights in a device's memory, of the maps' type and with their scale folded in.</summary>
internal sealed class DeviceWeights(Tensor values, ConvolutionGeometry geometry) : PreparedWeights(values.Shape, geometry, values.Type)
{
    public Tensor Values { get; private set; } = values;

    protected override void Dispose(bool disposing)
    {
        if (!Values.IsNone)
            Values.Device.Return(Values);
        Values = Tensor.None;
    }
}
