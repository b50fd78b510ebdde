namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A planned product as a parallel loop over its pieces.</summary>
internal readonly unsafe struct ProductPieces<TLeft, TRight, TLayout>(TLeft left, TRight right, ProductOutput output, ProductPlan plan, float* workspaces) : IParallelBody
    where TLeft : struct, ILeftOperand<TLayout>
    where TRight : struct, IRightOperand
    where TLayout : struct, ITileLayout
{
    public void Run(int index, int worker)
    {
        var (row, rowEnd, panel, panelEnd) = plan.Piece(index);
        var workspace = new ProductWorkspace(workspaces + ((long)worker * ProductWorkspace.FloatCount));
        new BlockProduct<TLeft, TRight, TLayout>(left, right, output, plan.Columns, plan.Depth, workspace).Run(row, rowEnd, panel, panelEnd);
    }
}
