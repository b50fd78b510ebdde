using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>The modules and kernels of one device, each loaded when it is first launched. Looking up what is there allocates nothing.</summary>
internal sealed unsafe partial class KernelCache(CudaContext context, PtxSource source) : IDisposable
{
    private const int LogByteCount = 16 << 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, KernelModuleHandle> _modules = [];
    private readonly ConcurrentDictionary<KernelKey, CudaKernel> _kernels = new();

    /// <summary>An entry point; the context is current.</summary>
    public CudaKernel Get(KernelKey key) => _kernels.TryGetValue(key, out var kernel) ? kernel : Load(key);

    public void Dispose()
    {
        foreach (var module in _modules.Values)
            module.Dispose();
    }

    private CudaKernel Load(KernelKey key)
    {
        lock (_gate)
        {
            if (!_modules.TryGetValue(key.Module, out var module))
                _modules.Add(key.Module, module = LoadModule(key.Module));
            var result = cuModuleGetFunction(out var function, module, key.Entry);
            if (result != CudaResult.Success)
                throw new CudaException(result, $"cuModuleGetFunction: {key.Entry} in {key.Module}.ptx of {source}: {Describe(result)}");
            return _kernels.GetOrAdd(key, new CudaKernel(context, key.Entry, function));
        }
    }

    /// <summary>Compiles a module for the device; what the compiler has to say goes into the exception.</summary>
    private KernelModuleHandle LoadModule(string name)
    {
        var log = new byte[LogByteCount];
        fixed (byte* text = source.Read(name), errors = log)
        {
            var options = stackalloc CudaJitOption[] { CudaJitOption.ErrorLogBuffer, CudaJitOption.ErrorLogBufferSizeBytes, CudaJitOption.GenerateLineInfo };
            var values = stackalloc void*[] { errors, (void*)LogByteCount, (void*)1 };
            var result = cuModuleLoadDataEx(out var module, text, 3, options, values);
            if (result == CudaResult.Success)
                return context.Own(module);
            var said = Encoding.UTF8.GetString(log.AsSpan(0, Math.Max(0, log.AsSpan().IndexOf((byte)0)))).Trim();
            throw TooNew(name, text) ?? Failure(name, result, said.Length > 0 ? said : "no log");
        }
    }

    /// <summary>What is to be said where the module is for later devices than this one: drivers put that in several ways.</summary>
    private DeviceException? TooNew(string name, byte* text)
    {
        var target = Target().Match(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text)));
        if (!target.Success)
            return null;
        var number = int.Parse(target.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var wanted = new Version(number / 10, number % 10);
        return wanted <= context.Facts.ComputeCapability ? null : new DeviceException($"cuda: {name}.ptx of {source} is for compute capability {wanted} or later, {context.Facts.Name} has {context.Facts.ComputeCapability}: use a later GPU or --device cpu, or build the kernels for this one");
    }

    [GeneratedRegex(@"^\s*\.target\s+sm_(\d+)", RegexOptions.Multiline)]
    private static partial Regex Target();

    private Exception Failure(string name, CudaResult result, string log) => result is CudaResult.UnsupportedPtxVersion
        ? new DeviceException($"cuda: {name}.ptx of {source} was compiled for a later CUDA than the driver's {context.Driver.Version}: install a newer NVIDIA driver; {log}")
        : new CudaException(result, $"cuModuleLoadDataEx: {name}.ptx of {source} for {context.Facts.Name}: {Describe(result)}: {log}");
}
