namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>The left operand of a product, wherever its values lie; it is packed tile by tile just before use.</summary>
/// <typeparam name="TLayout">Layout of the packed tiles.</typeparam>
internal unsafe interface ILeftOperand<TLayout> where TLayout : struct, ITileLayout
{
    /// <summary>Packs rows [row, row + rows) of depths [depth, depth + depths).</summary>
    void PackTile(int row, int rows, int depth, int depths, float* tile);
}
