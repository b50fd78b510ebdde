using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Training.Losses;
using Tensor = Retrieval.Host.Tensor;

namespace Retrieval.Training;

/// <summary>
/// Lets the tuples of a batch teach each other: besides its own negatives, each query meets the queries and positives of the batch's other
/// clusters as negatives, and so does each positive in the query's place. A network that starts from nothing needs many negatives of all
/// degrees; the hardest alone make it collapse.
/// </summary>
/// <remarks>The descriptors are few: they are put together on the host, where their gradients are also summed up.</remarks>
internal sealed class BatchTuples(Device device, ITupleLoss loss)
{
    private readonly List<int> _rows = [];
    private readonly List<int> _labels = [];

    /// <summary>Computes loss and gradient.</summary>
    /// <param name="descriptors">[M, D], tuples of equal length one after another.</param>
    /// <param name="clusters">Cluster of each tuple's query; M is a multiple of their number.</param>
    /// <param name="lossValue">Receives the loss [1], summed over all tuples that were made.</param>
    /// <param name="gradient">Receives the gradient [M, D].</param>
    public void Compute(Tensor descriptors, ReadOnlySpan<int> clusters, Tensor lossValue, Tensor gradient)
    {
        int length = descriptors.Shape[0] / clusters.Length, dimension = descriptors.Shape[1];
        Compose(clusters, length);
        var values = descriptors.ToArray<float>();
        var gathered = new float[_rows.Count * dimension];
        for (var i = 0; i < _rows.Count; i++)
            values.AsSpan(_rows[i] * dimension, dimension).CopyTo(gathered.AsSpan(i * dimension));

        var x = device.Rent<float>(new Shape(_rows.Count, dimension), gathered, MemoryPurpose.Descriptors);
        var dx = device.Rent(x.Shape, purpose: MemoryPurpose.Descriptors);
        var labels = device.Rent<int>(new Shape(_labels.Count), _labels.ToArray(), MemoryPurpose.Workspace);
        loss.Compute(x, labels, lossValue, dx);
        dx.Download<float>(gathered);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[labels, dx, x])
            device.Return(tensor);

        Array.Clear(values);
        for (var i = 0; i < _rows.Count; i++)
        {
            var sum = values.AsSpan(_rows[i] * dimension, dimension);
            TensorPrimitives.Add(sum, gathered.AsSpan(i * dimension, dimension), sum);
        }
        gradient.Upload<float>(values);
    }

    private void Compose(ReadOnlySpan<int> clusters, int length)
    {
        _rows.Clear();
        _labels.Clear();
        for (var tuple = 0; tuple < clusters.Length; tuple++)
        {
            var first = tuple * length;
            for (var side = 0; side < 2; side++)
            {
                Add(first + side, -1);
                Add(first + 1 - side, 1);
                for (var own = 2; own < length; own++)
                    Add(first + own, 0);
                for (var other = 0; other < clusters.Length; other++)
                {
                    if (clusters[other] == clusters[tuple])
                        continue;
                    Add(other * length, 0);
                    Add((other * length) + 1, 0);
                }
            }
        }
    }

    private void Add(int row, int label)
    {
        _rows.Add(row);
        _labels.Add(label);
    }
}
