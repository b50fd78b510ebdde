namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>output = left * right on a team of threads, with workspace from the device's arena.</summary>
internal static unsafe class Product
{
    /// <summary>A product whose right operand is packed first when several row blocks will read it.</summary>
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

    /// <summary>
    /// A dense product of great depth, added up in parts where its output is too small to occupy the threads. Its right operand is never
    /// stored as a whole.
    /// </summary>
    public static void RunDeep<TLeft, TRight, TLayout>(
        WorkerTeam team, Device device, in TLeft left, in TRight right, float* target, bool accumulate, int rows, int columns, int depth)
        where TLeft : struct, ILeftOperand<TLayout>
        where TRight : struct, IRightOperand
        where TLayout : struct, ITileLayout
    {
        if (rows == 0 || columns == 0)
            return;
        var plan = ProductPlan.ForDepth(rows, columns, depth);
        var split = plan.DepthParts > 1;
        long workspaceFloats = (long)team.Size * ProductWorkspace.FloatCount, length = (long)rows * columns;
        using var scratch = new Scratch(device, workspaceFloats + (split ? plan.DepthParts * length : 0));
        var parts = scratch.Address + workspaceFloats;
        var output = new ProductOutput(split ? parts : target, RowMap.Dense(columns)) { Accumulate = accumulate && !split };
        team.For(plan.Count, new ProductPieces<TLeft, TRight, TLayout>(left, right, output, plan, scratch.Address, length));
        if (!split)
            return;
        var sum = new PartialSum(parts, plan.DepthParts, length, target, accumulate);
        team.For(sum.Pieces, sum);
    }

    /// <summary>Packs a right operand for repeated use.</summary>
    public static void Pack<TRight>(WorkerTeam team, in TRight right, PackedPanels target, int depth, int columns) where TRight : struct, IRightOperand
    {
        var packing = new PanelPacking<TRight>(right, target, depth, columns);
        team.For(packing.Count, packing);
    }
}
