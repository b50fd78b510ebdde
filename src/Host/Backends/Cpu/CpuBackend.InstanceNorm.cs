namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void InstanceNorm(Tensor x, Tensor gamma, Tensor beta, BatchNormTail tail, float epsilon, bool relu, Tensor y, Tensor mean, Tensor invStd)
    {
        const int kinds = 3;
        var map = new ImageChunks(x.Shape);
        var workspace = RentWorkspace(x.Device, ImageValues.Length(map, kinds));
        var values = new ImageValues(map, kinds, workspace.Pointer<float>());
        _team.For(map.Count, new InstanceMoments(map, x.Pointer<float>(), values));
        var statistics = new InstanceStatistics(map, values, x, tail, epsilon, mean, invStd);
        _team.For(statistics.Count, statistics);
        _team.For(map.Images, new InstanceFactors(map, values, gamma, beta, tail, mean, invStd));
        _team.For(map.Count, new InstanceForward(map, values, x.Pointer<float>(), relu, y.Pointer<float>()));
        x.Device.Return(workspace);
    }

    public void InstanceNormBackward(Tensor x, Tensor y, Tensor dy, Tensor gamma, BatchNormTail tail, Tensor mean, Tensor invStd, Tensor dx,
        Tensor dGamma, Tensor dBeta, Tensor dTailGamma, Tensor dTailBeta)
    {
        const int kinds = 4;
        var map = new ImageChunks(x.Shape);
        var workspace = RentWorkspace(x.Device, ImageValues.Length(map, kinds));
        var values = new ImageValues(map, kinds, workspace.Pointer<float>());
        float* input = x.Pointer<float>(), output = y.Pointer<float>(), gradient = dy.Pointer<float>();
        for (var image = 0; image < map.Images; image++)
            values.Wide(image).Set(0, mean.Pointer<float>() + ((long)image * map.Channels));
        _team.For(map.Count, new InstanceSums(map, values, input, output, gradient));
        _team.For(ChannelBlock.CountOf(map.Channels), new InstanceGradients(map, values, gamma, tail, invStd, dGamma, dBeta, dTailGamma, dTailBeta));
        for (var image = 0; image < map.Images; image++)
            for (var kind = 1; kind < kinds; kind++)
                values.Wide(image).Repeat(kind);
        _team.For(map.Count, new InstanceBackward(map, values, input, output, gradient, dx.Pointer<float>()));
        x.Device.Return(workspace);
    }
}
