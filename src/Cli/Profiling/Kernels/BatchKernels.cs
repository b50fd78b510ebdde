using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Kernels at the two ends of a training step: images to a batch, descriptors to a loss.</summary>
internal static class BatchKernels
{
    private const int TupleLength = 7;

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        int count = sizes.Of(256, 2), source = sizes.Of(350, 20), side = sizes.Of(224, 12);
        yield return Images(count, source, new Shape(count, side, side, 3), ElementType.BFloat16);
        yield return Images(count, source, new Shape(count, side, side, 3), ElementType.Float32);
        yield return Rows("gather_rows", sizes, (operators, batch, rows, tuples) => operators.GatherRows(batch, rows, tuples));
        yield return Rows("gather_rows scatter", sizes, (operators, batch, rows, tuples) => operators.ScatterAddRows(tuples, rows, batch));
        var vectors = new Shape(sizes.Of(256, 8), sizes.Of(2048, 32));
        yield return RowNorm(vectors);
        yield return RowNormBackward(vectors);
        var rows = new Shape(5 * TupleLength, sizes.Of(2048, 32));
        yield return Loss("contrastive_loss", rows, (operators, x, labels, loss, dx) => operators.ContrastiveLoss(x, labels, 0.7f, 1e-6f, loss, dx));
        yield return Loss("triplet_loss", rows, (operators, x, labels, loss, dx) => operators.TripletLoss(x, labels, 0.1f, loss, dx));
    }

    private static KernelCase Images(int count, int source, Shape batch, ElementType type)
    {
        var byteCount = source * source * 3;
        var images = Enumerable.Range(0, count).Select(image => new ImageSource((long)image * byteCount, source, source)).ToArray();
        float[] mean = [0.485f, 0.456f, 0.406f], std = [0.229f, 0.224f, 0.225f];
        return new KernelCase("images", type, batch, new Work(((long)count * byteCount) + (batch.Count * type.ByteSize())), tensors =>
        {
            Tensor pixels = tensors.Empty(new Shape(count * byteCount), ElementType.UInt8), y = tensors.Empty(batch, type);
            return () => tensors.Operators.PrepareImages(pixels, images, mean, std, y);
        });
    }

    /// <summary>A batch's descriptors and the rows of its tuples.</summary>
    private static KernelCase Rows(string kernel, KernelSizes sizes, Action<Operators, Tensor, Tensor, Tensor> move)
    {
        Shape batch = new(sizes.Of(24, 4), sizes.Of(512, 16)), tuples = new(sizes.Of(2352, 14), batch[1]);
        return new KernelCase(kernel, ElementType.Float32, tuples, new Work(2 * sizeof(float) * tuples.Count), tensors =>
        {
            Tensor x = tensors.Random(batch), y = tensors.Random(tuples), rows = tensors.Of<int>(new Shape(tuples[0]), [.. Enumerable.Range(0, tuples[0]).Select(row => row % batch[0])]);
            return () => move(tensors.Operators, x, rows, y);
        });
    }

    /// <summary>The neck of a re-identification network: the batch is read three times, but from the cache after the first.</summary>
    private static KernelCase RowNorm(Shape vectors) => new("row_norm forward", ElementType.Float32, vectors, new Work(2 * sizeof(float) * vectors.Count), tensors =>
    {
        Tensor x = tensors.Random(vectors), y = tensors.Empty(vectors), real = tensors.Of<int>(new Shape(vectors[0]), [.. Enumerable.Repeat(1, vectors[0])]);
        var dimensions = new Shape(vectors.Last);
        Tensor gamma = tensors.Constant(dimensions, 1), beta = tensors.Zeros(dimensions), runningMean = tensors.Zeros(dimensions), runningVariance = tensors.Constant(dimensions, 1);
        Tensor mean = tensors.Empty(dimensions), invStd = tensors.Empty(dimensions);
        return () => tensors.Operators.BatchNormRows(x, real, gamma, beta, runningMean, runningVariance, 0.1f, 1e-5f, frozen: false, y, mean, invStd);
    });

    private static KernelCase RowNormBackward(Shape vectors) => new("row_norm backward", ElementType.Float32, vectors, new Work(3 * sizeof(float) * vectors.Count), tensors =>
    {
        Tensor x = tensors.Random(vectors), dy = tensors.Random(vectors), dx = tensors.Empty(vectors);
        var dimensions = new Shape(vectors.Last);
        Tensor gamma = tensors.Constant(dimensions, 1), mean = tensors.Zeros(dimensions), dGamma = tensors.Zeros(dimensions);
        return () => tensors.Operators.BatchNormRowsBackward(x, Tensor.None, dy, gamma, mean, gamma, frozen: false, dx, dGamma);
    });

    private static KernelCase Loss(string kernel, Shape rows, Action<Operators, Tensor, Tensor, Tensor, Tensor> loss) =>
        new(kernel, ElementType.Float32, rows, new Work(2 * sizeof(float) * rows.Count), tensors =>
        {
            // A query, its positive, and negatives.
            int[] labels = [.. Enumerable.Range(0, rows[0]).Select(row => (row % TupleLength) switch { 0 => -1, 1 => 1, _ => 0 })];
            Tensor x = tensors.Random(rows), dx = tensors.Empty(rows), sum = tensors.Empty(new Shape(1)), marked = tensors.Of<int>(new Shape(rows[0]), labels);
            return () => loss(tensors.Operators, x, marked, sum, dx);
        });
}
