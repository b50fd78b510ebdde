using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Support;

/// <summary>
/// The devices that tests run on: the processor, and a CUDA device. The latter is the simulator that the build has left in
/// out/native, unless RETRIEVAL_CUDA_DRIVER names another driver (<c>libcuda.so.1</c> takes the machine's own).
/// </summary>
internal static class TestDevices
{
    private const string Driver = "RETRIEVAL_CUDA_DRIVER";
    private const string Ptx = "RETRIEVAL_PTX";
    private const string Cudnn = "RETRIEVAL_CUDNN";
    private const string Cublas = "RETRIEVAL_CUBLASLT";
    private const string Nvtx = "RETRIEVAL_NVTX";
    private const string Cache = "RETRIEVAL_CACHE";
    private const string Required = "RETRIEVAL_REQUIRE_DEVICES";
    private const string Simulator = "libretrieval-simulator.so";
    private const string SimulatedFolder = "simulated";

    /// <summary>A device whose tests have left more than this behind is closed: they need not return what they rent.</summary>
    private const long LargestByteCount = 64L << 20;

    private static readonly ConcurrentBag<Device> Idle = [];
    private static readonly Lazy<string?> CudaProblem = new(FindCudaProblem);

    public static DeviceName Cuda { get; } = new("cuda", 0);

    public static IReadOnlyList<DeviceName> Names { get; } = [DeviceName.Cpu, Cuda];

    /// <summary>Lends a device to one test; <see cref="Close"/> takes it back. The test is skipped, or fails where devices are required, if there is none of that name.</summary>
    public static Device Open(DeviceName name, Precision precision = Precision.Float32)
    {
        Require(name);
        return name == Cuda && precision == Precision.Float32 && Idle.TryTake(out var device) ? device : Device.Open(name, threads: 2, precision);
    }

    /// <summary>Takes a device back: what a kernel has done wrong shows here at the latest.</summary>
    public static void Close(Device device)
    {
        try
        {
            device.Synchronize();
            if (device.Name == Cuda && device.Precision == Precision.Float32 && device.Arena.ReservedByteCount <= LargestByteCount)
                Idle.Add(device);
            else
                device.Dispose();
        }
        catch
        {
            // A kernel's failure stays with the driver until nobody has the device any more.
            device.Dispose();
            while (Idle.TryTake(out var other))
                other.Dispose();
            throw;
        }
    }

    /// <summary>Skips or fails the running test if a device is missing.</summary>
    public static void Require(DeviceName name)
    {
        if (name.Kind != "cpu" && CudaProblem.Value is { } problem)
            Missing(problem);
    }

    /// <summary>Skips or fails the running test if the CUDA device is missing or real: a real one cannot be told to fail.</summary>
    public static void RequireSimulator()
    {
        Require(Cuda);
        Assert.SkipUnless(IsSimulator(Environment.GetEnvironmentVariable(Driver)), "a real device cannot be told to fail");
    }

    /// <summary>Folder of the simulator's PTX, with the layouts of the kernels' parameters; the test is skipped without it.</summary>
    public static string SimulatedPtx()
    {
        if (FindSimulator() is { } simulator && Path.Combine(Path.GetDirectoryName(simulator)!, SimulatedFolder) is var folder && Directory.Exists(folder))
            return folder;
        Missing("the simulator has not been built (dotnet run build.cs test builds it)");
        return "";
    }

    /// <summary>Points this process, and those that it starts, to the simulator.</summary>
    [ModuleInitializer]
    internal static void UseSimulator()
    {
        if (Environment.GetEnvironmentVariable(Driver) is not { Length: > 0 } && FindSimulator() is { } found)
            Environment.SetEnvironmentVariable(Driver, found);
        var driver = Environment.GetEnvironmentVariable(Driver);
        if (IsSimulator(driver))
        {
            SetUnlessGiven(Ptx, Path.Combine(Path.GetDirectoryName(driver)!, SimulatedFolder));
            SetUnlessGiven(Cudnn, driver!);
            SetUnlessGiven(Cublas, driver!);
            SetUnlessGiven(Nvtx, driver!);
        }
        SetUnlessGiven(Cache, "off");
    }

    private static bool IsSimulator(string? driver) =>
        driver is not null && Path.GetFileName(driver).StartsWith(Path.GetFileNameWithoutExtension(Simulator), StringComparison.Ordinal);

    private static void SetUnlessGiven(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 })
            Environment.SetEnvironmentVariable(name, value);
    }

    private static void Missing(string problem)
    {
        if (Environment.GetEnvironmentVariable(Required) is { Length: > 0 } and not "0")
            Assert.Fail($"{Required} is set: {problem}");
        Assert.Skip(problem);
    }

    private static string? FindSimulator()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, "out", "native", Simulator) is var path && File.Exists(path))
                return path;
        return null;
    }

    private static string? FindCudaProblem()
    {
        try
        {
            Idle.Add(Device.Open(Cuda, threads: 2));
            return null;
        }
        catch (DeviceException missing)
        {
            return $"no CUDA device, real or simulated (dotnet run build.cs test builds the simulator): {missing.Message}";
        }
    }
}
