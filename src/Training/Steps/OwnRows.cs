using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training.Losses;
using Retrieval.Training.Recording;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Steps;

/// <summary>Losses see each image once, in the batch's order.</summary>
internal sealed class OwnRows : ILossRows
{
    private readonly SmallTable<int> _table;
    private readonly int[] _host;
    private readonly int _count;

    /// <param name="device">Where the batch is.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="padded">Whether rows may stand for no image.</param>
    public OwnRows(Device device, int count, bool padded)
    {
        _count = count;
        _host = new int[3 * count];
        _table = new SmallTable<int>(device, _host.Length);
        Real = padded ? Column(2) : Tensor.None;
    }

    /// <inheritdoc/>
    public Tensor Real { get; }

    /// <inheritdoc/>
    public void Set(ReadOnlySpan<BatchRow> rows)
    {
        for (var i = 0; i < _count; i++)
        {
            _host[i] = rows[i].Label;
            _host[_count + i] = rows[i].Image;
            _host[(2 * _count) + i] = rows[i].IsReal ? 1 : 0;
        }
        _table.Set(_host);
    }

    /// <inheritdoc/>
    public void Compute(WeightedLosses losses, NetworkOutputs outputs, NetworkOutputs gradients, Tensor draw, Tensor loss) => losses.Compute(new LossBatch
    {
        Outputs = outputs,
        Gradients = gradients,
        Labels = Column(0),
        Images = Column(1),
        Real = Real,
        Draw = draw,
    }, loss);

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private Tensor Column(int number) => _table.Values.Slice(number * _count, _count);
}
