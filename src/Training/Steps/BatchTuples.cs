using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Training.Losses;
using Retrieval.Training.Recording;
using Retrieval.Training.Sampling;

namespace Retrieval.Training.Steps;

/// <summary>
/// Lets the tuples of a batch teach each other: besides its own negatives, each query meets the queries and positives of the batch's other
/// clusters as negatives, and so does each positive in the query's place. A network that starts from nothing needs many negatives of all
/// degrees; the hardest alone make it collapse.
/// </summary>
/// <remarks>
/// The tuples are put together from rows of the descriptors, always the same ones: which of them count, as clusters differ or not, is
/// said by the labels alone. So the work on the device is the same for every batch.
/// </remarks>
internal sealed class BatchTuples : ILossRows
{
    private const int Query = -1, Positive = 1, Negative = 0, Ignored = 2;

    private readonly Device _device;
    private readonly SmallTable<int> _rows, _labels;
    private readonly int[] _labelsHost;
    private readonly int _count, _length;

    /// <param name="device">Where the descriptors are.</param>
    /// <param name="count">Tuples in a batch.</param>
    /// <param name="length">Images of a tuple.</param>
    public BatchTuples(Device device, int count, int length)
    {
        (_device, _count, _length) = (device, count, length);
        var rows = new List<int>();
        for (var tuple = 0; tuple < count; tuple++)
            for (var side = 0; side < 2; side++)
                rows.AddRange(RowsOf(tuple, side));
        _labelsHost = new int[rows.Count];
        _labels = new SmallTable<int>(device, rows.Count);
        _rows = new SmallTable<int>(device, rows.Count);
        _rows.Set(rows.ToArray());
    }

    /// <summary>None: a tuple is whole or left out.</summary>
    public Tensor Real => Tensor.None;

    /// <inheritdoc/>
    public void Set(ReadOnlySpan<BatchRow> rows)
    {
        var next = 0;
        for (var tuple = 0; tuple < _count; tuple++)
            for (var side = 0; side < 2; side++)
            {
                next = Put(Query, 1, next);
                next = Put(Positive, 1, next);
                next = Put(Negative, _length - 2, next);
                for (var other = 0; other < _count; other++)
                    if (other != tuple)
                        next = Put(rows[other * _length].Class == rows[tuple * _length].Class ? Ignored : Negative, 2, next);
            }
        _labels.Set(_labelsHost);
    }

    /// <inheritdoc/>
    public void Compute(WeightedLosses losses, NetworkOutputs outputs, NetworkOutputs gradients, Tensor draw, Tensor loss)
    {
        var descriptors = outputs.Descriptors;
        var x = _device.Rent(new Shape(_labelsHost.Length, descriptors.Shape[1]), purpose: MemoryPurpose.Descriptors);
        var dx = _device.Rent(x.Shape, purpose: MemoryPurpose.Descriptors);
        _device.Operators.GatherRows(descriptors, _rows.Values, x);
        _device.Operators.Fill(dx, 0);
        losses.Compute(new LossBatch
        {
            Outputs = new NetworkOutputs(Tensor.None, Tensor.None, x),
            Gradients = new NetworkOutputs(Tensor.None, Tensor.None, dx),
            Labels = _labels.Values,
            Draw = draw,
        }, loss);
        _device.Operators.ScatterAddRows(dx, _rows.Values, gradients.Descriptors);
        _device.Return(dx);
        _device.Return(x);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _labels.Dispose();
    }

    private int Put(int label, int count, int first)
    {
        _labelsHost.AsSpan(first, count).Fill(label);
        return first + count;
    }

    /// <summary>The anchor (a tuple's query, or its positive), the other of the two, the tuple's negatives, then query and positive of every other tuple.</summary>
    private IEnumerable<int> RowsOf(int tuple, int side)
    {
        var first = tuple * _length;
        var others = Enumerable.Range(0, _count).Where(other => other != tuple).SelectMany(other => new[] { other * _length, (other * _length) + 1 });
        return [first + side, first + 1 - side, .. Enumerable.Range(first + 2, _length - 2), .. others];
    }
}
