namespace Retrieval.Datasets.Places;

/// <summary>Photographs with positions: queries, and the database in which their places are looked for.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Database">In the order of the file.</param>
/// <param name="Queries">In the order of the file.</param>
public sealed record PlaceDataset(string Name, IReadOnlyList<PlaceImage> Database, IReadOnlyList<PlaceImage> Queries)
{
    /// <summary>In training a database image within so many metres may show what the query shows (CVPR 2016).</summary>
    public const double TrainingRadius = 10;

    /// <summary>A query is answered by a database image within so many metres; beyond, an image surely shows another place.</summary>
    public const double TestRadius = 25;

    /// <summary>For each query the numbers of the database images within a radius, the border included, ascending.</summary>
    /// <param name="metres">The radius.</param>
    public int[][] Near(double metres)
    {
        var result = new int[Queries.Count][];
        Parallel.For(0, Queries.Count, query => result[query] = [.. Enumerable.Range(0, Database.Count).Where(image => Queries[query].SquaredDistance(Database[image]) <= metres * metres)]);
        return result;
    }
}
