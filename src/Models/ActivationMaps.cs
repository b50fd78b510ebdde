using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>Memory for activation maps and their gradients, of the type that the device computes them in.</summary>
internal static class ActivationMaps
{
    public static Tensor RentMap(this Device device, Shape shape, MemoryPurpose purpose = MemoryPurpose.Activations) => device.Rent(shape, device.ActivationType, purpose);
}
