namespace Retrieval.Host;

/// <summary>What a device computes networks in. Descriptors, losses, parameters and optimisers are float32 in all of them.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Float32,

    /// <summary>float32 tensors; products round their factors to 10 bits of fraction (tensor cores).</summary>
    TensorFloat32,

    /// <summary>Activation maps and the factors of their products in bfloat16, sums in float32.</summary>
    BFloat16,
}
