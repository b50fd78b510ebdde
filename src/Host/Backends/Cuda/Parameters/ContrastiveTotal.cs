namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of contrastive_loss.cu, total.</summary>
internal readonly record struct ContrastiveTotal(nint Labels, nint Losses, nint Loss, nint Fault, int Rows);
