namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of triplet_loss.cu, total.</summary>
internal readonly record struct TripletTotal(nint Labels, nint Losses, nint Loss, nint Fault, int Rows);
