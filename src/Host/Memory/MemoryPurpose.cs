namespace Retrieval.Host;

/// <summary>What a piece of device memory is for; the arena counts bytes by it.</summary>
public enum MemoryPurpose
{
    Activations,
    Gradients,
    Parameters,
    OptimizerState,
    Workspace,
    Descriptors,
}
