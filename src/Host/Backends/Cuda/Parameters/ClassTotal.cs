namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of class_rows.cuh, total.</summary>
internal readonly record struct ClassTotal(nint Labels, nint Real, nint Losses, nint Firsts, nint Loss, nint Correct, int Rows, int Classes, float Weight);
