namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>The left operand of a product, wherever its values lie; a few rows are packed at a time, just before use.</summary>
/// <typeparam name="TLayout">Layout of the packed tiles.</typeparam>
internal unsafe interface ILeftOperand<TLayout> where TLayout : struct, ITileLayout
{
    /// <summary>Most rows that are packed together.</summary>
    static abstract int GroupRows { get; }

    /// <summary>Packs rows [row, row + rows) of depths [depth, depth + depths).</summary>
    void Pack(int row, int rows, int depth, int depths, float* target);

    /// <summary>One part of what packing these rows will read; false if there is no such part.</summary>
    bool RowsAhead(int row, int rows, int depth, int depths, int part, out Hint hint);
}
