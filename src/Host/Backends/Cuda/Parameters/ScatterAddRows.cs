namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of gather_rows.cu, scatter.</summary>
internal readonly record struct ScatterAddRows(nint Dy, nint Rows, nint Dx, nint Fault, int Count, int Targets, int Packs);
