using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>A device that only counts.</summary>
public sealed class DryDeviceTests : OperatorTests
{
    [DeviceTheory]
    public void Counts_as_the_device_that_it_stands_for_and_takes_nothing(DeviceName on)
    {
        Open(on);
        using var dry = Device.OpenDry(Device);
        Assert.Equal((Device.Name, Device.Precision, Device.ComputesBFloat16), (dry.Name, dry.Precision, dry.ComputesBFloat16));
        // Far more than any machine has.
        var huge = dry.Rent(new Shape(1 << 20, 1 << 20, 1 << 10), purpose: MemoryPurpose.Descriptors);
        var small = dry.Rent(new Shape(33));
        Assert.Equal((huge.ByteCount, 192, 1L << 52), (dry.Arena.Peak(MemoryPurpose.Descriptors), dry.Arena.Peak(MemoryPurpose.Activations), huge.ByteCount));
        dry.Return(huge);
        Assert.Equal((192, (1L << 52) + 192), (dry.Arena.RentedByteCount, dry.Arena.PeakByteCount));
        var exponent = dry.Rent(new Shape(1));
        dry.Operators.Fill(exponent, 3);
        Assert.Equal(3, exponent.ToArray<float>()[0]);
        dry.Return(exponent);
        dry.Operators.Relu(small, small);
        small.Upload<float>(new float[33]);
        var values = new float[33];
        Array.Fill(values, 1);
        small.Download<float>(values);
        Assert.All(values, value => Assert.Equal(0, value));
    }

    [DeviceTheory]
    public void Knows_how_much_memory_is_free(DeviceName on)
    {
        Open(on);
        Assert.InRange(Device.FreeByteCount, 1 << 20, 1L << 50);
        using var dry = Device.OpenDry(Device);
        Assert.InRange(dry.FreeByteCount, 1 << 20, 1L << 50);
    }
}
