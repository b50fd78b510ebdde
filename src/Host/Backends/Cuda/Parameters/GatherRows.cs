namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gather_rows.cu, gather.</summary>
internal readonly record struct GatherRows(nint X, nint Rows, nint Y, nint Fault, int Count, int Sources, int Packs);
