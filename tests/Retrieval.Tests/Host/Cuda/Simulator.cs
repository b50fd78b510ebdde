using System.Runtime.InteropServices;
using Retrieval.Host;
using Retrieval.Host.Interop;
using Retrieval.Host.Interop.Cuda;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host.Cuda;

/// <summary>
/// What tests change in the simulator. It is one for the whole process, so those who change it run alone (<see cref="Alone"/>),
/// and on a device of their own, as a kernel's failure stays with its device until that is closed. Disposing sets all back.
/// </summary>
internal sealed unsafe class Simulator : IDisposable
{
    /// <summary>Name of the test collection that runs while no other does.</summary>
    public const string Alone = "the simulator alone";

    private const int UsualVersion = 12080, UsualCudnn = 90800, UsualCublas = 120804, CapabilityMajor = 75, UsualMajor = 9;
    private static readonly nuint UsualMemory = (nuint)80 << 30;

    private readonly nint _library;
    private readonly Dictionary<CudaDeviceAttribute, int> _usual = [];

    public Simulator()
    {
        TestDevices.Require(TestDevices.Cuda);
        var library = NativeLibraries.Require(CudaDriver.Library);
        Assert.SkipUnless(library.Has("simulator_reset"), "a real device cannot be told to fail");
        _library = library.Handle;
        SetDeviceCount(2);
    }

    /// <summary>The device that may be broken.</summary>
    public static DeviceName Second { get; } = new("cuda", 1);

    public void SetDeviceCount(int count) => ((delegate* unmanaged<int, void>)Hook("simulator_set_device_count"))(count);

    public void SetDriverVersion(int version) => ((delegate* unmanaged<int, void>)Hook("simulator_set_driver_version"))(version);

    public void SetTotalMemory(nuint byteCount) => ((delegate* unmanaged<nuint, void>)Hook("simulator_set_total_memory"))(byteCount);

    public void SetCudnnVersion(int version) => ((delegate* unmanaged<int, void>)Hook("simulator_set_cudnn_version"))(version);

    public void SetCublasVersion(int version) => ((delegate* unmanaged<int, void>)Hook("simulator_set_cublaslt_version"))(version);

    /// <summary>Whether cuDNN has engines for graphs of several operations: 0 yes, 1 proposes none, 2 proposes some that refuse.</summary>
    public void RefuseFusedGraphs(int how) => ((delegate* unmanaged<int, void>)Hook("simulator_refuse_fused_graphs"))(how);

    /// <summary>The generation of devices that are opened from now on.</summary>
    public void SetComputeCapability(int major) => ((delegate* unmanaged<int, int, void>)Hook("simulator_set_attribute"))(CapabilityMajor, major);

    /// <summary>Changes what the device says of itself, until this is disposed.</summary>
    public void SetAttribute(CudaDeviceAttribute attribute, int value)
    {
        CudaDriver.cuDeviceGetAttribute(out var before, attribute, Second.Ordinal);
        _usual.TryAdd(attribute, before);
        ((delegate* unmanaged<int, int, void>)Hook("simulator_set_attribute"))((int)attribute, value);
    }

    /// <summary>What was done since the simulator was loaded.</summary>
    public SimulatorCounters Counters()
    {
        SimulatorCounters counters;
        ((delegate* unmanaged<SimulatorCounters*, void>)Hook("simulator_counters"))(&counters);
        return counters;
    }

    /// <summary>The next grid ends with this code instead of running.</summary>
    public void FailNextGrid(int code) => ((delegate* unmanaged<int, void>)Hook("simulator_fail_next_grid"))(code);

    public void Dispose()
    {
        SetDeviceCount(1);
        SetDriverVersion(UsualVersion);
        SetCudnnVersion(UsualCudnn);
        SetCublasVersion(UsualCublas);
        RefuseFusedGraphs(0);
        SetTotalMemory(UsualMemory);
        SetComputeCapability(UsualMajor);
        foreach (var (attribute, value) in _usual)
            ((delegate* unmanaged<int, int, void>)Hook("simulator_set_attribute"))((int)attribute, value);
    }

    private nint Hook(string name) => NativeLibrary.GetExport(_library, name);
}
