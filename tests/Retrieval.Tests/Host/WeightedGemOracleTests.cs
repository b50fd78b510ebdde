using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

public sealed class WeightedGemOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("wgem")]
    public void Weighted_means_and_all_gradients(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var x = Map(oracle, "in.x");
        float epsilon = (float)oracle.Number("eps"), l2Epsilon = (float)oracle.Number("l2n_eps");
        var w = Upload(new Shape(1, 3, 3, x.Shape[3]), oracle.FloatsNhwc("param.conv.weight"));
        var p = Vector(oracle, "param.p");
        Tensor taps = Device.Rent(new Shape(x.Shape[0], x.Shape[1], x.Shape[2], Operators.MaskTapCount)), mask = Device.Rent(new Shape(1, x.Shape[0], x.Shape[1], x.Shape[2]));
        Tensor y = Device.Rent(new Shape(x.Shape[0], x.Shape[3])), descriptor = Device.Rent(y.Shape), norms = Device.Rent(new Shape(x.Shape[0]));
        Operators.MaskTaps(x, w, taps);
        Operators.MaskSoftmax(taps, null, own: false, mask);
        Operators.WeightedPool(x, null, mask, p, epsilon, y);
        Operators.L2Normalize(y, l2Epsilon, descriptor, norms);
        oracle.Check("out.weights", mask.ToArray<float>());
        oracle.Check("out.pooled", y.ToArray<float>());
        oracle.Check("out.descriptor", descriptor.ToArray<float>());
        if (oracle.Has("out.gem_pooled"))
            oracle.Check("out.gem_pooled", y.ToArray<float>());

        Tensor dy = Upload(y.Shape, oracle.Floats("in.grad_output")), dx = Device.Rent(x.Shape), shares = Device.Rent(mask.Shape), dw = Zeros(w.Shape), dp = Zeros(p.Shape);
        Operators.L2NormalizeBackward(descriptor, norms, dy, l2Epsilon, dy);
        Operators.WeightedPoolBackward(x, null, mask, y, dy, p, epsilon, dx, shares, dp);
        Operators.MaskSoftmaxBackward(mask, shares, null, own: false, taps);
        Operators.MaskTapsBackward(x, w, taps, dx, dw);
        oracle.CheckNhwc("grad.x", dx.ToArray<float>());
        oracle.CheckNhwc("grad.conv.weight", dw.ToArray<float>());
        oracle.Check("grad.p", dp.ToArray<float>());
        // Our mask has no bias: it would move all outputs alike.
        oracle.Check("grad.conv.bias", [0f]);
    }
}
