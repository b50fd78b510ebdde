using Retrieval.Imaging;

namespace Retrieval.Training.Sampling;

/// <summary>Which queries an epoch visits: all of them in an order of their own, then all in another, in stretches of an epoch. A query's draws follow from the seed and the number of its visit.</summary>
/// <param name="options">Lengths of epochs and draws.</param>
/// <param name="queries">Queries that there are.</param>
/// <param name="seed">Decides orders and draws.</param>
internal sealed class PlaceVisits(PlaceSampling options, int queries, ulong seed)
{
    private const ulong OrderStream = 7, DrawStream = 8;

    /// <summary>Numbers of the queries, and of their visits counted from 0.</summary>
    public IEnumerable<(int Query, int Visit)> Of(int epoch)
    {
        var first = epoch == 0 ? 0 : options.FirstQueries + ((long)(epoch - 1) * options.Queries);
        var count = Math.Min(epoch == 0 ? options.FirstQueries : options.Queries, queries);
        int[] order = [];
        for (var at = first; at < first + count; at++)
        {
            var visit = (int)(at / queries);
            if (at == first || at % queries == 0)
                order = Order(visit);
            yield return (order[at % queries], visit);
        }
    }

    /// <summary>Numbers of images that are drawn at a visit and at the one before, of those that are allowed.</summary>
    public IEnumerable<int> Draw(int query, int visit, IReadOnlyList<int> allowed)
    {
        var drawn = DrawOnce(query, visit, allowed);
        return visit == 0 ? drawn : drawn.Union(DrawOnce(query, visit - 1, allowed));
    }

    private HashSet<int> DrawOnce(int query, int visit, IReadOnlyList<int> allowed)
    {
        if (allowed.Count <= options.Draws)
            return [.. allowed];
        var random = new SeededRandom(seed, DrawStream, (ulong)query, (ulong)visit);
        var drawn = new HashSet<int>();
        while (drawn.Count < options.Draws)
            drawn.Add(allowed[random.Next(allowed.Count)]);
        return drawn;
    }

    private int[] Order(int visit)
    {
        int[] order = [.. Enumerable.Range(0, queries)];
        new SeededRandom(seed, OrderStream, (ulong)visit).Shuffle(order.AsSpan());
        return order;
    }
}
