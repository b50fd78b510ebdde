using System.Diagnostics;
using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Diagnostics;

/// <summary>Marks among the work of a device, and the time between them.</summary>
[Unwatched]
public sealed class DeviceClockTests : OperatorTests
{
    [DeviceTheory]
    public void TimeBetweenMarksIsWithinTheHosts(DeviceName on)
    {
        Open(on);
        var x = Zeros(new Shape(1 << 20));
        using var clock = Device.CreateClock();
        Operators.Relu(x, x);
        Device.Synchronize();
        var begin = Stopwatch.GetTimestamp();
        var first = clock.Mark();
        Operators.Relu(x, x);
        var second = clock.Mark();
        Operators.Relu(x, x);
        var third = clock.Mark();
        double whole = clock.ElapsedMs(first, third), host = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        Assert.Equal((0, 1, 2), (first, second, third));
        Assert.InRange(whole, 1e-3, host);
        Assert.InRange(clock.ElapsedMs(first, second) + clock.ElapsedMs(second, third), whole * 0.99, whole * 1.01);
    }

    [DeviceTheory]
    public void AClearedClockBeginsAnew(DeviceName on)
    {
        Open(on);
        using var clock = Device.CreateClock();
        clock.Mark();
        clock.Mark();
        clock.Clear();
        Assert.Equal(0, clock.Mark());
        Assert.ThrowsAny<ArgumentException>(() => clock.ElapsedMs(0, 1));
        Assert.Equal(1, clock.Mark());
        Assert.True(clock.ElapsedMs(0, 1) >= 0);
    }
}
