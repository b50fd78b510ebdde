using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>
/// A kind of building. Its members share their parts and differ in counts, proportions and texture, so that other
/// members of the family are hard negatives.
/// </summary>
internal abstract class Family
{
    private protected const float QuarterTurn = MathF.PI / 2;

    public static readonly IReadOnlyList<Family> All =
    [
        new Church(), new Temple(), new Castle(), new DomedHall(), new TriumphalArch(), new Campanile(),
        new TownHall(), new Monument(), new Pagoda(), new Ziggurat(), new Lighthouse(), new MarketRow(),
    ];

    /// <summary>Adds the building's parts, its front towards +z, its middle about the origin.</summary>
    public abstract void Build(Sketch sketch, MaterialKit kit, WorldRandom random);

    /// <summary>One of the roofs that a square or round tower may carry.</summary>
    private protected static Shape DrawTowerRoof(WorldRandom random) =>
        random.Pick<Shape>([Shapes.Pyramid, Shapes.OctagonSpire, Shapes.Cone, Shapes.Dome, Shapes.Bell]);

    /// <summary>Battlements along the front and the sides of a flat roof.</summary>
    private protected static void Crenellate(Sketch sketch, MaterialKit kit, float y, float width, float depth, int count)
    {
        var size = width / (2 * count - 1);
        for (var i = 0; i < count; i++)
            sketch.Add(Shapes.Box, -width / 2 + size * (2 * i + 0.5f), y, depth / 2 - size / 2, size, size, size, kit.Trim);
    }
}
