using Retrieval.Host.Backends.Cpu.Classes;

namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void CenterLoss(Tensor x, Tensor labels, Tensor real, Tensor centers, float weight, Tensor loss, Tensor dx, Tensor dCenters)
    {
        var rows = new ClassRows(nameof(CenterLoss), labels, real, centers.Shape[0]);
        if (rows.RealCount == 0)
            return;
        var dimension = x.Shape[1];
        float* from = x.Pointer<float>(), to = centers.Pointer<float>();
        var sum = 0.0;
        for (var row = 0; row < rows.Count; row++)
            if (rows.IsReal(row))
                sum += LaneSums.SquaredDistance(from + ((long)row * dimension), to + ((long)rows.Label(row) * dimension), 0, dimension);
        var share = (double)weight / rows.RealCount;
        loss.Pointer<float>()[0] += (float)(share * sum);
        var gradients = new CenterGradients(rows, dimension, from, to, (float)(2 * share), dx.Pointer<float>(), dCenters.Pointer<float>());
        _team.For(gradients.Count, gradients);
    }

    public void CrossEntropy(Tensor logits, Tensor labels, Tensor real, float smoothing, float weight, Tensor loss, Tensor dLogits, Tensor correct)
    {
        int count = logits.Shape[0], classes = logits.Shape[1];
        var rows = new ClassRows(nameof(CrossEntropy), labels, real, classes);
        var workspace = RentWorkspace(logits.Device, 3L * count);
        var losses = (double*)workspace.Pointer<float>();
        var firsts = (int*)(losses + count);
        var share = rows.RealCount == 0 ? 0 : (double)weight / rows.RealCount;
        _team.For(count, new CrossEntropyRows(rows, logits.Pointer<float>(), classes, smoothing, (float)share, dLogits.Pointer<float>(), losses, firsts));
        var (sum, hits) = (0.0, 0);
        for (var row = 0; row < count; row++)
            (sum, hits) = (sum + losses[row], hits + firsts[row]);
        loss.Pointer<float>()[0] += (float)(share * sum);
        if (!correct.IsNone)
            correct.Pointer<int>()[0] = hits;
        logits.Device.Return(workspace);
    }
}
