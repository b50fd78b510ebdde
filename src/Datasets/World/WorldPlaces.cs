using System.Globalization;
using System.Text;
using Retrieval.Datasets.Places;

namespace Retrieval.Datasets.World;

/// <summary>A world's views as photographs with positions: landmarks stand in a square grid, far enough apart that views of two never lie within 25 metres.</summary>
public static class WorldPlaces
{
    /// <summary>From a landmark to its neighbours in the grid; visitors stay within a fraction of it.</summary>
    private const double GridMetres = 400;

    /// <summary>Where a view was taken.</summary>
    public static (double East, double North) PositionOf(GeneratedWorld world, WorldView view)
    {
        var side = (int)Math.Ceiling(Math.Sqrt(world.Views[^1].Cluster + 1));
        // The camera's z points towards the visitor, who stands south of the landmark.
        return ((view.Cluster % side * GridMetres) + view.Camera.Position.X, (view.Cluster / side * GridMetres) - view.Camera.Position.Z);
    }

    /// <summary>Training views as <see cref="PlaceReader"/> reads them: of each landmark every other view asks.</summary>
    internal static byte[] Training(GeneratedWorld world, WorldSplit split, Func<int, string> pathOf) =>
        Csv(world, pathOf, split.Training.Where((_, place) => place % 2 == 0), split.Training.Where((_, place) => place % 2 == 1));

    /// <summary>Test views: the split's database and queries.</summary>
    internal static byte[] Test(GeneratedWorld world, WorldSplit split, Func<int, string> pathOf) => Csv(world, pathOf, split.Database, split.Queries);

    private static byte[] Csv(GeneratedWorld world, Func<int, string> pathOf, IEnumerable<int> database, IEnumerable<int> queries)
    {
        var text = new StringBuilder(CsvPlaces.Header).Append('\n');
        foreach (var (index, role) in database.Select(index => (index, CsvPlaces.DatabaseRole)).Concat(queries.Select(index => (index, CsvPlaces.QueryRole))))
        {
            var (east, north) = PositionOf(world, world.Views[index]);
            text.Append(CultureInfo.InvariantCulture, $"{pathOf(index)},{east:0.000},{north:0.000},{role}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
