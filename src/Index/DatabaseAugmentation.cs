using System.Globalization;

namespace Retrieval.Index;

/// <summary>Database augmentation: every descriptor takes up what its nearest neighbours have in common with it.</summary>
public static class DatabaseAugmentation
{
    private const int BlockRowCount = 256;

    /// <summary>
    /// A new index whose descriptors are d + sum_i max(d . d_i, 0)^alpha d_i, L2-normalised, over the n best other rows d_i
    /// of the old one; ids, labels, paths and provenance stay. Works through the rows in blocks: memory is the new
    /// descriptors and one block's neighbours.
    /// </summary>
    /// <param name="index">The old index; unchanged.</param>
    /// <param name="neighbours">How many other rows take part, n.</param>
    /// <param name="alpha">0 or above: 0 weighs every neighbour alike, more trusts the nearer ones more.</param>
    /// <param name="progress">Is told the rows done so far.</param>
    /// <param name="cancellation">Stops between two blocks.</param>
    /// <exception cref="ArgumentException">Something is out of its range; the message names it.</exception>
    public static FlatIndex Augment(FlatIndex index, int neighbours, double alpha, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        NeighbourBlend.Validate(neighbours, alpha);
        using var builder = new FlatIndexBuilder(index.Device, index.Dimension, index.Metric);
        builder.Reserve(index.Count);
        foreach (var (key, value) in index.Provenance)
            builder.Provenance[key] = value;
        builder.Provenance["augmentation"] = string.Create(CultureInfo.InvariantCulture, $"{neighbours} neighbours, alpha {alpha}");
        var blend = new NeighbourBlend(index, alpha);
        for (long first = 0; first < index.Count; first += BlockRowCount)
        {
            cancellation.ThrowIfCancellationRequested();
            AddBlock(builder, index, first, (int)Math.Min(BlockRowCount, index.Count - first), neighbours, blend);
            progress?.Report(builder.Count);
        }
        return builder.Build();
    }

    private static void AddBlock(FlatIndexBuilder builder, FlatIndex index, long first, int count, int neighbours, NeighbourBlend blend)
    {
        var (dimension, found) = (index.Dimension, neighbours + 1);
        var descriptors = new float[count * dimension];
        for (var i = 0; i < count; i++)
            index.CopyDescriptor(first + i, descriptors.AsSpan(i * dimension, dimension));
        var rows = new long[(long)count * found];
        index.SearchRows(descriptors, found, rows, new float[rows.Length]);
        for (var i = 0; i < count; i++)
            blend.Apply(descriptors.AsSpan(i * dimension, dimension), Others(rows.AsSpan(i * found, found), first + i));
        builder.Add(descriptors, Column(index.Id), Column(index.Label), Column(index.Path));

        T[] Column<T>(Func<long, T> of)
        {
            var column = new T[count];
            for (var i = 0; i < count; i++)
                column[i] = of(first + i);
            return column;
        }
    }

    /// <summary>One row fewer than were found: without the row itself, or, where copies of it came first, without the last.</summary>
    private static Span<long> Others(Span<long> rows, long self)
    {
        var at = rows.IndexOf(self);
        if (at >= 0)
            rows[(at + 1)..].CopyTo(rows[at..]);
        return rows[..^1];
    }
}
