namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A matrix [depth, rows] as a left operand: used transposed, its rows are contiguous.</summary>
internal readonly unsafe struct MatrixColumns(float* address, int rows) : ILeftOperand<ColumnLayout>
{
    public void PackTile(int row, int count, int depth, int depths, float* tile) =>
        FloatRun.CopyLines(address + ((long)depth * rows) + row, rows, tile, ColumnLayout.DepthStride, depths, count);
}
