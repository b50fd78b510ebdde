namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>output = left * right on a team of threads, with workspace from the device's arena.</summary>
internal static unsafe class Product
{
    public static void Run<TLeft, TRight, TLayout>(WorkerTeam team, Device device, in TLeft left, in TRight right, in ProductOutput output, int rows, int columns, int depth)
        where TLeft : struct, ILeftOperand<TLayout>
        where TRight : struct, IRightOperand
        where TLayout : struct, ITileLayout
    {
        if (rows == 0 || columns == 0)
            return;
        var plan = ProductPlan.For(rows, columns, depth, team.Size);
        var packFirst = plan.RowBlocks > 1 && typeof(TRight) != typeof(PackedPanels);
        var workspaceFloats = (long)team.Size * ProductWorkspace.FloatCount;
        using var scratch = new Scratch(device, workspaceFloats + (packFirst ? PackedPanels.FloatCount(depth, columns) : 0));
        if (packFirst)
        {
            var packed = new PackedPanels(scratch.Address + workspaceFloats, columns);
            Pack(team, right, packed, depth, columns);
            team.For(plan.Count, new ProductPieces<TLeft, PackedPanels, TLayout>(left, packed, output, plan, scratch.Address));
        }
        else
            team.For(plan.Count, new ProductPieces<TLeft, TRight, TLayout>(left, right, output, plan, scratch.Address));
    }

    /// <summary>Packs a right operand for repeated use.</summary>
    public static void Pack<TRight>(WorkerTeam team, in TRight right, PackedPanels target, int depth, int columns) where TRight : struct, IRightOperand
    {
        var packing = new PanelPacking<TRight>(right, target, depth, columns);
        team.For(packing.Count, packing);
    }
}
