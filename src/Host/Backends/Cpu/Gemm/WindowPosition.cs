namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A window: image, row and column of the grid.</summary>
internal readonly record struct WindowPosition(int N, int I, int J);
