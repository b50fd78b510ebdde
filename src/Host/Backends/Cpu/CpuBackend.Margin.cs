using Retrieval.Host.Backends.Cpu.Margin;
using Retrieval.Host.Backends.Cpu.Triplets;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void DrawNegatives(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities)
    {
        var workspace = RentWorkspace(x.Device, NegativeDraws.FloatCount(x.Shape[0]) * _team.Size);
        var draws = new NegativeDraws(x, groups, real, draw, rule, positives, negatives, probabilities, workspace);
        _team.For(draws.Count, draws);
        x.Device.Return(workspace);
    }

    public void MarginLoss(Tensor x, Tensor positives, Tensor negatives, Tensor beta, MarginCost cost, float weight, Tensor loss, Tensor dx, Tensor dBeta)
    {
        var perRow = positives.Shape[1];
        var rows = new PairRows(x, Tensor.None, 0, 0, 1, false);
        var workspace = RentWorkspace(x.Device, 4 * positives.Count);
        var scratch = workspace.Pointer<float>();
        var list = new TripletList(positives.Pointer<int>(), negatives.Pointer<int>(), scratch, scratch + positives.Count,
            scratch + (2 * positives.Count), scratch + (3 * positives.Count));
        _team.For(rows.Count, new PairDistances(rows, perRow, cost.Epsilon, list));
        var (value, slope) = new MarginWeights(positives.Count, beta.Pointer<float>()[0], cost, list).Weigh(weight);
        loss.Pointer<float>()[0] += (float)value;
        dBeta.Pointer<float>()[0] += (float)slope;
        var gradients = new TripletGradients(rows, perRow, false, list, dx.Pointer<float>(), default);
        _team.For(gradients.Count, gradients);
        x.Device.Return(workspace);
    }
}
