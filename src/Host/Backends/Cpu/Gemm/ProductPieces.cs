namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A planned product as a parallel loop over its pieces. Each depth part has an output of its own, <paramref name="partStride"/> floats after the one before.</summary>
internal readonly unsafe struct ProductPieces<TLeft, TRight, TLayout>(
    TLeft left, TRight right, ProductOutput output, ProductPlan plan, float* workspaces, long partStride = 0) : IParallelBody
    where TLeft : struct, ILeftOperand<TLayout>
    where TRight : struct, IRightOperand
    where TLayout : struct, ITileLayout
{
    public void Run(int index, int worker)
    {
        var workspace = new ProductWorkspace(workspaces + ((long)worker * ProductWorkspace.FloatCount));
        var target = output;
        target.Address += plan.PartOf(index) * partStride;
        new BlockProduct<TLeft, TRight, TLayout>(left, right, target, plan.Columns, workspace).Run(plan.Piece(index));
    }
}
