namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Convolution weights as packed panels.</summary>
internal sealed unsafe class PackedFilters : PreparedWeights
{
    private Tensor _storage;

    public PackedFilters(Tensor w, ConvolutionGeometry geometry) : base(w.Shape, geometry)
    {
        var floats = PackedPanels.FloatCount(checked(w.Shape[1] * w.Shape[2] * w.Shape[3]), w.Shape[0]);
        _storage = w.Device.Rent(new Shape(checked((int)floats)), ElementType.Float32, MemoryPurpose.Parameters);
    }

    public PackedPanels Panels => new(_storage.Pointer<float>(), Shape[0]);

    protected override void Dispose(bool disposing)
    {
        if (!_storage.IsNone)
            _storage.Device.Return(_storage);
        _storage = Tensor.None;
    }
}
