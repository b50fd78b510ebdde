using System.Runtime.Intrinsics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A matrix [depth, rows] as a left operand: used transposed, its rows are contiguous.</summary>
internal readonly unsafe struct MatrixColumns(float* address, int rows) : ILeftOperand<ColumnLayout>
{
    public void PackTile(int row, int count, int depth, int depths, float* tile)
    {
        var source = address + ((long)depth * rows) + row;
        // A whole line of the tile is read whatever the count: what lies beyond is the next line's and is not used. Only the last line may end the matrix.
        for (; depths > 1; depths--, source += rows, tile += ColumnLayout.DepthStride)
        {
            if (rows >= ColumnLayout.DepthStride)
                CopyLine(source, tile);
            else
                FloatRun.Copy(source, tile, count);
        }
        FloatRun.Copy(source, tile, count);
    }

    private static void CopyLine(float* source, float* tile)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512.Load(source).Store(tile);
            return;
        }
        Vector256.Load(source).Store(tile);
        Vector256.Load(source + 8).Store(tile + 8);
    }
}
