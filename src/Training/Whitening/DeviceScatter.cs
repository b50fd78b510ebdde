using Retrieval.Host;
using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>Adds up z z^T in double precision on a device, many rows z at a time.</summary>
internal sealed class DeviceScatter : IDisposable
{
    private const long PanelByteCount = 64L << 20;

    private readonly Device _device;
    private readonly Tensor _panel, _sum;
    private readonly double[] _rows;
    private bool _hasRows;

    /// <param name="device">One that multiplies in double precision.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="count">Rows that will come in all.</param>
    public DeviceScatter(Device device, int dimensions, int count)
    {
        _device = device;
        Capacity = (int)Math.Clamp(PanelByteCount / (sizeof(double) * (long)dimensions), 1, count);
        _panel = device.Rent(new Shape(Capacity, dimensions), ElementType.Float64, MemoryPurpose.Workspace);
        _sum = device.Rent(new Shape(dimensions, dimensions), ElementType.Float64, MemoryPurpose.Workspace);
        _rows = new double[_panel.Count];
    }

    /// <summary>The most rows that <see cref="Add"/> takes at once.</summary>
    public int Capacity { get; }

    /// <summary>Where row number <paramref name="index"/> of the next <see cref="Add"/> goes, [D].</summary>
    public Span<double> Row(int index) => _rows.AsSpan(index * _panel.Shape[1], _panel.Shape[1]);

    /// <summary>Adds the first <paramref name="count"/> rows.</summary>
    public void Add(int count)
    {
        var rows = _panel.Slice(0, count);
        rows.Upload<double>(_rows.AsSpan(0, (int)rows.Count));
        _device.Operators.MatrixProduct(rows, rows, _sum, transposeA: true, accumulate: _hasRows);
        _hasRows = true;
    }

    /// <summary>The sum over all rows, divided.</summary>
    public Matrix Total(double divisor)
    {
        var total = new Matrix(_sum.ToArray<double>(), _sum.Shape[0], _sum.Shape[1]);
        VectorOperations.Scale(total.Data, 1 / divisor);
        // Both halves were computed, each with roundings of its own.
        total.MirrorUpper();
        return total;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Return(_sum);
        _device.Return(_panel);
    }
}
