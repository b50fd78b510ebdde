namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A part of a product that one thread computes: some rows, panels and depths.</summary>
internal readonly record struct Piece(int Row, int Rows, int Panel, int Panels, int Depth, int Depths);
