using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string DrawModule = "draw_negatives", MarginModule = "margin_loss";

    private const int DrawThreads = 256, MarginThreads = 256;

    /// <summary>Scratch memory of a draw: more rows are done some at a time.</summary>
    private const long DrawByteCount = 1 << 24;

    public void DrawNegatives(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities)
    {
        int count = x.Shape[0], dimension = x.Shape[1], perRow = positives.Shape[1];
        if (count == 0)
            return;
        var rows = (int)Math.Min(count, Math.Max(PairSide, DrawByteCount / sizeof(float) / count / PairSide * PairSide));
        var keys = RentWorkspace(x.Device, (long)rows * count * sizeof(float));
        var variant = Vectorised(ElementType.Float32, dimension, x.Address);
        for (var first = 0; first < count; first += rows)
        {
            var some = Math.Min(rows, count - first);
            var tiles = ((some + PairSide - 1L) / PairSide) * ((count + PairSide - 1L) / PairSide);
            Launch(DrawModule, "draw_negatives_distances", variant, new LaunchShape(tiles, PairThreads), new NegativeDistances(x.Address, keys.Address, first, some, count, dimension));
            Launch(DrawModule, "draw_negatives_draw", KernelVariant.None, new LaunchShape(some, DrawThreads), new NegativeDraws(groups.Address, real.Address, draw.Address,
                keys.Address, positives.Address, negatives.Address, probabilities.Address, first, count, dimension, perRow, rule.Cutoff, rule.Limit));
        }
        x.Device.Return(keys);
    }

    public void MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor beta, MarginCost cost, float weight, Tensor loss, Tensor dx, Tensor dBeta)
    {
        var perRow = positives.Shape[1];
        var list = new PairTables(positives, negatives);
        Launch(MarginModule, "margin_loss_distances", Vectorised(ElementType.Float32, x.Shape[1], x.Address), GridOver((long)list.Count * 2 * 32, MarginThreads),
            new MarginDistances(x.Address, list.Positives, list.Negatives, list.PositiveDistances, list.NegativeDistances, (nint)FaultWord, list.Count,
                x.Shape[0], x.Shape[1], perRow, cost.Epsilon));
        Launch(MarginModule, "margin_loss_weigh", KernelVariant.None, new LaunchShape(1, WeighThreads), new MarginWeigh(list.PositiveDistances, list.NegativeDistances,
            beta.Address, list.Towards, list.Away, loss.Address, dBeta.Address, list.Count, cost.CountParts ? 1 : 0, cost.Margin, weight));
        AddPairs(x, default, list, perRow, false, dx, default);
        list.Return();
    }
}
