namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of triplet_loss.cu, tuples.</summary>
internal readonly record struct TripletTuples(nint X, nint Labels, nint Losses, nint Dx, float Margin, float Epsilon, int Rooted, int Rows, int Dimension);
