using Retrieval.Host;

namespace Retrieval.Training.Losses;

/// <summary>Rows brought to unit length, x / (|x| + 1e-12), for one computation, and the way back for their gradient.</summary>
internal readonly struct UnitRows : IDisposable
{
    private const float Epsilon = 1e-12f;

    private readonly Device _device;
    private readonly Tensor _norms;

    public UnitRows(Tensor x)
    {
        _device = x.Device;
        Rows = _device.Rent(x.Shape, purpose: MemoryPurpose.Descriptors);
        Gradient = _device.Rent(x.Shape, purpose: MemoryPurpose.Descriptors);
        _norms = _device.Rent(new Shape(x.Shape[0]), purpose: MemoryPurpose.Workspace);
        _device.Operators.L2Normalize(x, Epsilon, Rows, _norms);
        _device.Operators.Fill(Gradient, 0);
    }

    /// <summary>[N, D].</summary>
    public Tensor Rows { get; }

    /// <summary>Their gradient [N, D], zero at first.</summary>
    public Tensor Gradient { get; }

    /// <summary>Adds the gradient to that of x.</summary>
    public void PassOn(Tensor dx)
    {
        _device.Operators.L2NormalizeBackward(Rows, _norms, Gradient, Epsilon, Gradient);
        _device.Operators.AddScaled(1, Gradient, 1, dx);
    }

    public void Dispose()
    {
        _device.Return(_norms);
        _device.Return(Gradient);
        _device.Return(Rows);
    }
}
