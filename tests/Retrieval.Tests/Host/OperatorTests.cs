using Retrieval.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Host;

/// <summary>What tests of operators share: a device of two threads and ways to bring values to it.</summary>
public abstract class OperatorTests : IDisposable
{
    internal Device Device { get; } = Device.OpenCpu(2);

    internal Operators Operators => Device.Operators;

    public void Dispose()
    {
        Device.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Tensor Upload(Shape shape, float[] values) => Device.Rent<float>(shape, values);

    internal Tensor Vector(OracleCase oracle, string name) => Upload(new Shape(oracle.Doubles(name).Length), oracle.Floats(name));

    internal Tensor Zeros(Shape shape)
    {
        var tensor = Device.Rent(shape);
        Operators.Fill(tensor, 0);
        return tensor;
    }

    /// <summary>A stored N C H W (or N C) tensor as [N, H, W, C] (or [N, 1, 1, C]).</summary>
    internal Tensor Map(OracleCase oracle, string name)
    {
        var shape = oracle.Shape(name);
        return shape.Length == 2
            ? Upload(new Shape(shape[0], 1, 1, shape[1]), oracle.Floats(name))
            : Upload(new Shape(shape[0], shape[2], shape[3], shape[1]), oracle.FloatsNhwc(name));
    }
}
