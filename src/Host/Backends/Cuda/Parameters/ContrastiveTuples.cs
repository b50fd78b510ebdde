namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of contrastive_loss.cu, tuples.</summary>
internal readonly record struct ContrastiveTuples(nint X, nint Labels, nint Losses, nint Dx, float Margin, float Epsilon, int Rows, int Dimension);
