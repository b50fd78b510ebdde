using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Retrieval.Host.Backends;
using Retrieval.Host.Backends.Cpu;
using Retrieval.Host.Backends.Cuda;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Host;

/// <summary>
/// A place where tensors live and operators run. Owns its backend, its memory and its operators; everything above
/// Host talks to a device through these and never asks which kind it is.
/// </summary>
public sealed class Device : IDisposable
{
    private IBackend _backend;
    private readonly RecordedWorks _works;

    private Device(DeviceName name, IBackend backend, Precision precision)
    {
        Name = name;
        Precision = precision;
        _backend = backend;
        _works = new RecordedWorks();
        Memory = new DeviceMemory(this, backend, _works);
        Operators = new Operators(this, backend);
    }

    public DeviceName Name { get; }

    public Precision Precision { get; }

    /// <summary>Element type of the activation maps of networks here.</summary>
    public ElementType ActivationType => Precision == Precision.BFloat16 ? ElementType.BFloat16 : ElementType.Float32;

    /// <summary>The memory that everything lives in, except the scratch memory of recorded work.</summary>
    public Arena Arena => Memory.Main;

    /// <summary>All memory here, and what it is used for.</summary>
    public DeviceMemory Memory { get; }

    public Operators Operators { get; }

    /// <summary>Whether operators take activation maps of <see cref="ElementType.BFloat16"/> here.</summary>
    public bool ComputesBFloat16 => _backend.ComputesBFloat16;

    /// <summary>Whether large products in double precision are faster here than on the host.</summary>
    public bool MultipliesFloat64 => _backend.MultipliesFloat64;

    /// <summary>Whether <see cref="RecordedWork"/> is recorded here. Where it is not, one work at a time is a rule without a gain.</summary>
    public bool Records => _backend.Records;

    /// <summary>Bytes of memory that are free here, as far as the driver or the system tells.</summary>
    public long FreeByteCount => _backend.FreeByteCount;

    /// <summary>The most scratch memory that the platform's libraries may take for a call of an operator; 0 where operators do without them.</summary>
    /// <param name="convolutions">Whether there are convolutions among the operators.</param>
    public long LibraryWorkspaceLimit(bool convolutions) => _backend.LibraryWorkspaceLimit(convolutions);

    /// <summary>What computes here.</summary>
    internal IBackend Backend => _backend;

    /// <summary>Opens the processor as a device.</summary>
    /// <param name="threads">Threads that compute, 1 or more; 0 takes one per core.</param>
    public static Device OpenCpu(int threads = 0) => new(DeviceName.Cpu, new CpuBackend(threads), Precision.Float32);

    /// <summary>Opens a device by name.</summary>
    /// <param name="name">Kind and number.</param>
    /// <param name="threads">Threads of the host that compute, 1 or more; 0 takes one per core.</param>
    /// <param name="precision">What networks compute in; the processor knows float32 alone.</param>
    /// <exception cref="DeviceException">There is no such device here, or not with this precision; the message says what to do.</exception>
    public static Device Open(DeviceName name, int threads = 0, Precision precision = Precision.Float32) => name.Kind switch
    {
        "cpu" when precision == Precision.Float32 => OpenCpu(threads),
        "cpu" => throw new DeviceException($"precision: cpu computes in f32 alone, got {precision.Word()}: leave --precision out, or use --device cuda"),
        "cuda" => new(name, new CudaBackend(name, threads, precision), precision),
        _ => throw new ArgumentException($"no kind of device is called '{name.Kind}'", nameof(name)),
    };

    /// <summary>Opens a device that computes nothing and takes no memory: what a job would take on another one can be counted in its arena. Downloads give zeros, or a single value that was filled in.</summary>
    /// <param name="like">The device that it stands for: name, precision and properties are the same. It outlives this one.</param>
    public static Device OpenDry(Device like) => new(like.Name, new DryBackend(like._backend), like.Precision);

    /// <summary>Makes work that is queued again and again cheap to queue.</summary>
    /// <param name="work">Queues the work.</param>
    /// <param name="name">What messages call it.</param>
    public RecordedWork Record(Action work, [CallerMemberName] string name = "") => new(this, _works, work, name);

    /// <summary>Rents memory for a tensor; its values are whatever was there before.</summary>
    public Tensor Rent(Shape shape, ElementType type = ElementType.Float32, MemoryPurpose purpose = MemoryPurpose.Activations) =>
        Memory.Rent(shape, type, purpose);

    /// <summary>Rents a tensor and fills it with host values.</summary>
    public Tensor Rent<T>(Shape shape, ReadOnlySpan<T> values, MemoryPurpose purpose = MemoryPurpose.Activations) where T : unmanaged
    {
        var tensor = Memory.Rent(shape, ElementTypes.Of<T>(), purpose);
        Upload(values, tensor);
        return tensor;
    }

    /// <summary>
    /// Sees host memory (mapped from a file, say) as a tensor to read. A device that reaches host memory uses it where it
    /// lies; another copies it into rented memory.
    /// </summary>
    public unsafe HostView View(nint address, Shape shape, ElementType type = ElementType.Float32, MemoryPurpose purpose = MemoryPurpose.Descriptors)
    {
        if (_backend.ReachesHostMemory)
            return new HostView(new Tensor(this, address, shape, type), rented: false);
        RefuseInRecordedWork("Device.View");
        var tensor = Memory.Rent(shape, type, purpose);
        const long PieceByteCount = 1 << 30;
        for (long done = 0; done < tensor.ByteCount; done += PieceByteCount)
        {
            var piece = new ReadOnlySpan<byte>((byte*)address + done, (int)Math.Min(PieceByteCount, tensor.ByteCount - done));
            _backend.Upload(piece, tensor.Address + (nint)done);
        }
        return new HostView(tensor, rented: true);
    }

    /// <summary>Runs the host's own loop on the device's threads; a loop inside a loop runs on its caller alone. Allocates nothing.</summary>
    public void ParallelFor<TBody>(int count, TBody body) where TBody : struct, IParallelBody => _backend.ParallelFor(count, body);

    /// <summary>Gives a tensor's memory back; "no tensor" is ignored.</summary>
    public void Return(Tensor tensor)
    {
        if (!tensor.IsNone)
            Memory.Return(tensor);
    }

    /// <summary>A clock of what operators do here; dispose it before the device.</summary>
    public IDeviceClock CreateClock() => _backend.CreateClock();

    /// <summary>
    /// Watches all that is done here until the profile is finished or disposed. Without one the device's own backend computes and
    /// nothing is paid. Recorded work runs call by call meanwhile.
    /// </summary>
    /// <exception cref="InvalidOperationException">A profile runs already.</exception>
    public Profile StartProfile() => _backend is ProfilingBackend
        ? throw new InvalidOperationException($"{Name} is being profiled already")
        : new Profile(this, _backend);

    /// <summary>From now on another backend computes. Nothing runs meanwhile.</summary>
    internal void Use(IBackend backend)
    {
        // A recording would pass by what the other backend is to see.
        _works.ForgetAll();
        _backend = backend;
        Operators.Use(backend);
    }

    /// <summary>Waits until all work given to the device is done.</summary>
    public void Synchronize()
    {
        RefuseInRecordedWork("Device.Synchronize");
        _backend.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _works.ForgetAll();
        Memory.Dispose();
        _backend.Dispose();
    }

    internal void Upload<T>(ReadOnlySpan<T> values, Tensor tensor) where T : unmanaged
    {
        RefuseInRecordedWork("Upload");
        RequireMatch<T>("Upload", tensor, values.Length);
        _backend.Upload(MemoryMarshal.AsBytes(values), tensor.Address);
    }

    internal void Download<T>(Tensor tensor, Span<T> values) where T : unmanaged
    {
        RefuseInRecordedWork("Download");
        RequireMatch<T>("Download", tensor, values.Length);
        _backend.Download(tensor.Address, MemoryMarshal.AsBytes(values));
    }

    /// <summary>Refuses what recorded work cannot hold, on every device alike.</summary>
    internal void RefuseInRecordedWork(string what) => _works.Refuse(what);

    private static void RequireMatch<T>(string what, Tensor tensor, int count) where T : unmanaged
    {
        if (tensor.IsNone || tensor.Type != ElementTypes.Of<T>() || tensor.Count != count)
            throw new OperatorException(what, $"expected {count} values of {typeof(T).Name}, got {tensor}");
    }
}
