using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

public sealed class OptimizerOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("adam", "adamw")]
    public void Adam(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var constants = new AdamStep(1, (float)oracle.Number("beta1"), (float)oracle.Number("beta2"), (float)oracle.Number("eps"), oracle.Op == "adamw");
        Check(oracle, (slot, step) => Operators.Adam([slot], constants with { Step = step }));
    }

    [DeviceTheory]
    [OracleData("sgd")]
    public void Sgd(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        Assert.Equal(0, oracle.Number("dampening"));
        var constants = new SgdStep(true, (float)oracle.Number("momentum"), oracle.Flag("nesterov"));
        Check(oracle, (slot, step) => Operators.Sgd([slot], constants with { First = step == 1 }));
    }

    private void Check(OracleCase oracle, Action<OptimizerSlot, int> apply)
    {
        var shape = new Shape(oracle.Doubles("param.w").Length);
        Tensor w = Upload(shape, oracle.Floats("param.w")), g = Device.Rent(shape), momentum = Zeros(shape), second = Zeros(shape);
        var gradients = oracle.Floats("in.grads").Chunk(shape[0]).ToArray();
        var trajectory = new List<float>();
        for (var step = 1; step <= gradients.Length; step++)
        {
            g.Upload<float>(gradients[step - 1]);
            apply(new OptimizerSlot(w, g, momentum, second, (float)oracle.Number("lr"), (float)oracle.Number("weight_decay")), step);
            trajectory.AddRange(w.ToArray<float>());
        }
        oracle.Check("out.trajectory", trajectory);
    }
}
