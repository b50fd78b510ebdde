namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Floats rented from a device's arena for the length of a call.</summary>
internal readonly unsafe ref struct Scratch
{
    private readonly Tensor _tensor;

    public Scratch(Device device, long floatCount) =>
        _tensor = device.Rent(new Shape((int)((floatCount + 15) / 16), 16), ElementType.Float32, MemoryPurpose.Workspace);

    public float* Address => _tensor.Pointer<float>();

    public void Dispose() => _tensor.Device.Return(_tensor);
}
