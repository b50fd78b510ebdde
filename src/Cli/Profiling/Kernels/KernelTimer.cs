using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Times calls by the device's own clock. Copies of a call with other tensors take turns, so that none finds its tensors in a cache.</summary>
internal sealed class KernelTimer : IDisposable
{
    private const int MostCopies = 64;
    private const int HeadStarts = 4;

    private readonly Device _device;
    private readonly KernelSizes _sizes;
    private readonly int _repetitions;
    private readonly IDeviceClock _clock;
    private readonly Tensor _headStart;

    public KernelTimer(Device device, KernelSizes sizes, int repetitions)
    {
        (_device, _sizes, _repetitions) = (device, sizes, repetitions);
        _clock = device.CreateClock();
        _headStart = device.Rent(new Shape(sizes.HeadStart), purpose: MemoryPurpose.Workspace);
    }

    public KernelTime Time(KernelCase item, ulong seed)
    {
        using var tensors = new KernelTensors(_device, seed);
        var copies = (int)Math.Clamp(_sizes.RotatedByteCount / Math.Max(1, item.Work.Bytes), 1, MostCopies);
        var calls = Enumerable.Range(0, copies).Select(_ => item.Prepare(tensors)).ToArray();
        // Loads kernels and brings up the clocks.
        foreach (var call in calls)
            call();
        _device.Synchronize();
        return Time(calls);
    }

    private KernelTime Time(Action[] calls)
    {
        _clock.Clear();
        var marks = new (int Start, int End)[_repetitions];
        for (var i = 0; i < HeadStarts; i++)
            _device.Operators.Fill(_headStart, 0);
        for (var i = 0; i < marks.Length; i++)
        {
            marks[i].Start = _clock.Mark();
            calls[i % calls.Length]();
            marks[i].End = _clock.Mark();
        }
        return KernelTime.Of(Array.ConvertAll(marks, mark => _clock.ElapsedMs(mark.Start, mark.End)));
    }

    public void Dispose()
    {
        _device.Return(_headStart);
        _clock.Dispose();
    }
}
