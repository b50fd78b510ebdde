using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A matrix [depth, rows] as a left operand: used transposed, its rows are contiguous.</summary>
internal readonly unsafe struct MatrixColumns(float* address, int rows) : ILeftOperand<ColumnLayout>
{
    public static int GroupRows => ColumnLayout.MaxRows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Pack(int row, int count, int depth, int depths, float* target)
    {
        var source = address + ((long)depth * rows) + row;
        for (; depths > 0; depths--, source += rows, target += ColumnLayout.DepthStride)
            FloatRun.Copy(source, target, count);
    }

    public bool RowsAhead(int row, int count, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(address + ((long)depth * rows) + row, rows, count, depths, depths, part, out hint);
}
