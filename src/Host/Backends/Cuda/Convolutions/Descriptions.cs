using Retrieval.Host.Interop.Cudnn;
using static Retrieval.Host.Interop.Cudnn.CudnnCheck;
using static Retrieval.Host.Interop.Cudnn.CudnnLibrary;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>Descriptions for cuDNN that refer to each other and live and die together.</summary>
internal sealed unsafe class Descriptions(CudaContext context) : IDisposable
{
    private readonly List<CudnnDescriptor> _all = [];

    /// <summary>Begins a description.</summary>
    public CudnnDescriptor Add(CudnnDescriptorType type)
    {
        Check(cudnnBackendCreateDescriptor(type, out var description));
        _all.Add(context.Own(description));
        return description;
    }

    public static void Set<T>(CudnnDescriptor description, CudnnAttribute name, CudnnAttributeType type, params ReadOnlySpan<T> values) where T : unmanaged
    {
        fixed (T* first = values)
        {
            var status = cudnnBackendSetAttribute(description.Value, name, type, values.Length, first);
            if (status != CudnnStatus.Success)
                throw new CudnnException(status, $"cudnnBackendSetAttribute of {name}: {Describe(status)}");
        }
    }

    public static void Set(CudnnDescriptor description, CudnnAttribute name, params ReadOnlySpan<CudnnDescriptor> values)
    {
        var addresses = stackalloc nint[values.Length];
        for (var i = 0; i < values.Length; i++)
            addresses[i] = values[i].Value;
        Set(description, name, CudnnAttributeType.Descriptor, new ReadOnlySpan<nint>(addresses, values.Length));
    }

    /// <summary>Completes a description.</summary>
    /// <exception cref="CudnnException">It makes no sense, or the library has nothing that fits.</exception>
    public static CudnnDescriptor Finish(CudnnDescriptor description)
    {
        Check(cudnnBackendFinalize(description.Value));
        return description;
    }

    /// <summary>The values of an attribute, at most as many as there is room for.</summary>
    /// <returns>How many there are.</returns>
    public static int Get<T>(CudnnDescriptor description, CudnnAttribute name, CudnnAttributeType type, Span<T> values) where T : unmanaged
    {
        fixed (T* first = values)
        {
            var status = cudnnBackendGetAttribute(description.Value, name, type, values.Length, out var count, first);
            if (status != CudnnStatus.Success)
                throw new CudnnException(status, $"cudnnBackendGetAttribute of {name}: {Describe(status)}");
            return (int)count;
        }
    }

    /// <summary>Has the library fill descriptions of ours with those that an attribute holds, at most as many as the limit.</summary>
    public List<CudnnDescriptor> GetAll(CudnnDescriptor description, CudnnAttribute name, CudnnDescriptorType type, int limit)
    {
        if (limit == 0)
            return [];
        List<CudnnDescriptor> filled = [.. Enumerable.Range(0, limit).Select(_ => Add(type))];
        nint[] addresses = [.. filled.Select(each => each.Value)];
        return filled[..Math.Min(limit, Get<nint>(description, name, CudnnAttributeType.Descriptor, addresses))];
    }

    public void Dispose()
    {
        // Those that refer to others come last.
        for (var i = _all.Count - 1; i >= 0; i--)
            _all[i].Dispose();
        _all.Clear();
    }
}
