using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>What tests of operators share: a device with two threads of the host, and ways to bring values to it.</summary>
public abstract class OperatorTests : IDisposable
{
    private Device? _device;

    /// <summary>The device that was opened, or else the processor.</summary>
    internal Device Device => _device ??= TestDevices.Open(DeviceName.Cpu);

    internal Operators Operators => Device.Operators;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_device is not null)
            TestDevices.Close(_device);
    }

    /// <summary>What maps may hold on this device, each from an address that suits 16-byte access and from one that does not.</summary>
    internal IEnumerable<(ElementType Type, int Shift)> MapKinds =>
        from type in Device.ComputesBFloat16 ? [ElementType.Float32, ElementType.BFloat16] : new[] { ElementType.Float32 }
        from shift in new[] { 0, 1 }
        select (type, shift);

    /// <summary>Chooses the device of this test, as its first step.</summary>
    internal void Open(DeviceName on, Precision precision = Precision.Float32) => _device = TestDevices.Open(on, precision);

    internal Tensor Upload(Shape shape, float[] values) => Device.Rent<float>(shape, values);

    internal Tensor Vector(OracleCase oracle, string name) => Upload(new Shape(oracle.Doubles(name).Length), oracle.Floats(name));

    internal Tensor Zeros(Shape shape)
    {
        var tensor = Device.Rent(shape);
        tensor.Upload<float>(new float[shape.Count]);
        return tensor;
    }

    /// <summary>A stored N C H W (or N C) tensor as [N, H, W, C] (or [N, 1, 1, C]).</summary>
    internal Tensor Map(OracleCase oracle, string name, ElementType type = ElementType.Float32)
    {
        var shape = oracle.Shape(name);
        return shape.Length == 2
            ? Activations.Upload(Device, new Shape(shape[0], 1, 1, shape[1]), oracle.Floats(name), type)
            : Activations.Upload(Device, new Shape(shape[0], shape[2], shape[3], shape[1]), oracle.FloatsNhwc(name), type);
    }

    /// <summary>
    /// Holds that some work, once warm, allocates no managed memory and takes no chunk from the system. One window of a few must
    /// be clean: a lock that is contended for the first time makes its event then, once and for all.
    /// </summary>
    internal void AllocatesNothing(Action everything)
    {
        const int Windows = 4, Rounds = 5;
        for (var warm = 0; warm < 3; warm++)
            everything();
        var (reserved, rented) = (Device.Memory.ReservedByteCount, Device.Memory.RentedByteCount);
        var allocated = 1L;
        for (var window = 0; window < Windows && allocated != 0; window++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < Rounds; round++)
                everything();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
        Assert.Equal((reserved, rented), (Device.Memory.ReservedByteCount, Device.Memory.RentedByteCount));
    }
}
