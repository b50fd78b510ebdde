using Retrieval.Host.Backends.Cuda.Convolutions;
using Retrieval.Host.Backends.Cuda.Products;
using Retrieval.Host.Interop.Cuda;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>NVIDIA's libraries, each loaded and started when an operator first needs it.</summary>
internal sealed unsafe partial class CudaBackend
{
    private readonly Lock _librariesGate = new();
    private LibraryProducts? _products;
    private LibraryConvolutions? _convolutions;

    public long LibraryWorkspaceLimit(bool convolutions) =>
        convolutions ? Math.Max(LibraryProducts.WorkspaceLimit, LibraryConvolutions.WorkspaceLimit(FreeByteCount)) : LibraryProducts.WorkspaceLimit;

    /// <summary>cuBLASLt, or null where it is not installed.</summary>
    private LibraryProducts? Products()
    {
        if (_products is not null)
            return _products;
        lock (_librariesGate)
        {
            if (_products is null && CudaLibraries.HasCublas)
            {
                Enter("starting cuBLASLt");
                _products = new LibraryProducts(_context, _compute, _name, _precision);
            }
            return _products;
        }
    }

    /// <summary>cuDNN.</summary>
    /// <exception cref="DeviceException">It is not installed, or too old.</exception>
    private LibraryConvolutions Convolutions()
    {
        if (_convolutions is not null)
            return _convolutions;
        lock (_librariesGate)
        {
            if (_convolutions is null)
            {
                Enter("starting cuDNN");
                _convolutions = new LibraryConvolutions(_context, _compute, _name, _cacheFolder);
            }
            return _convolutions;
        }
    }

    /// <summary>After a library has queued work: where every launch is waited for, so is this.</summary>
    private void AfterLibraryCall(string call)
    {
        if (!_blocking)
            return;
        var result = cuStreamSynchronize(_compute);
        if (result != CudaResult.Success)
            throw new CudaException(result, $"{call} on {_name} ({_context.Facts.Name}): {Describe(result)}");
    }
}
