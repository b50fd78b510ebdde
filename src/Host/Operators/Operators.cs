using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>
/// The device-free front of every operator. Each method checks shapes, types and devices once and writes into given
/// outputs; the backend computes. Inputs and outputs may be the same memory only where a method says so.
/// Activations (maps, their gradients and residuals) are Float32 or, where the device computes with it, BFloat16, all of one call alike;
/// parameters, statistics, descriptors and losses are Float32.
/// </summary>
public sealed partial class Operators
{
    private readonly Device _device;
    private IBackend _backend;

    internal Operators(Device device, IBackend backend)
    {
        _device = device;
        _backend = backend;
    }

    /// <summary>From now on another backend computes, such as one that watches the first. No operator runs meanwhile.</summary>
    internal void Use(IBackend backend) => _backend = backend;
}
