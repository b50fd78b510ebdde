using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class NetVladOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("netvlad")]
    public void NetVlad(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Check(oracle, oracle.Integer("num_clusters"), oracle.Flag("normalize_input"), oracle.Flag("bias"));
    }

    [DeviceTheory]
    [OracleData("ghostvlad")]
    public void GhostVlad(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Check(oracle, oracle.Integer("num_clusters") + oracle.Integer("ghost_clusters"), normalize: true, bias: oracle.Has("param.conv.bias"));
    }

    private void Check(OracleCase oracle, int all, bool normalize, bool bias)
    {
        var x = Map(oracle, "in.x");
        var channels = x.Shape[3];
        var weights = new NetVladWeights(
            Upload(new Shape(all, channels), oracle.Floats("param.conv.weight")),
            bias ? Vector(oracle, "param.conv.bias") : Tensor.None,
            Upload(new Shape(oracle.Shape("param.centroids")[0], channels), oracle.Floats("param.centroids")));
        var run = new NetVladRun(Device, x, weights, normalize);
        run.Forward();
        oracle.Check("out.vlad", run.Y.ToArray<float>());
        oracle.CheckNhwc("out.assignment", run.State.Assignment.ToArray<float>());

        run.Backward(Upload(run.Y.Shape, oracle.Floats("in.grad_output")));
        oracle.CheckNhwc("grad.x", run.Dx.ToArray<float>());
        oracle.Check("grad.conv.weight", run.Gradients.Assignment.ToArray<float>());
        oracle.Check("grad.centroids", run.Gradients.Centroids.ToArray<float>());
        if (bias)
            oracle.Check("grad.conv.bias", run.Gradients.Bias.ToArray<float>());
    }
}
