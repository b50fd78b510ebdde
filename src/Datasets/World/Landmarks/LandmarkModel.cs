using System.Numerics;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A place: the landmark about the origin and what always stands around it.</summary>
internal sealed class LandmarkModel
{
    private LandmarkModel(Solid[] solids, Solid[] neighbours, Material ground, float hills)
    {
        Solids = solids;
        Neighbours = neighbours;
        Ground = ground;
        Hills = hills;
        (Low, High) = (new(float.PositiveInfinity), new(float.NegativeInfinity));
        foreach (var solid in solids)
            for (var corner = 0; corner < 8; corner++)
                (Low, High) = (Vector3.Min(Low, solid.Corner(corner)), Vector3.Max(High, solid.Corner(corner)));
    }

    /// <summary>The landmark's own parts; their points are what views have in common.</summary>
    public Solid[] Solids { get; }

    public Solid[] Neighbours { get; }

    public Material Ground { get; }

    /// <summary>Where in the noise the skyline of hills starts.</summary>
    public float Hills { get; }

    /// <summary>Lower corner of the landmark's bounding box in metres.</summary>
    public Vector3 Low { get; }

    /// <summary>Upper corner of the landmark's bounding box in metres.</summary>
    public Vector3 High { get; }

    /// <summary>The place of the given number: the same for the same seed.</summary>
    public static LandmarkModel Create(int seed, int number)
    {
        var random = new WorldRandom(seed, RandomStream.Landmark, number);
        var solids = new List<Solid>();
        random.Pick<Family>([.. Family.All]).Build(new(solids, Vector3.Zero, 0), new(random), random);
        var neighbours = new List<Solid>();
        AddNeighbours(new(neighbours, Vector3.Zero, 0), random);
        return new([.. solids], [.. neighbours], DrawGround(random), random.Uniform(0, 100));
    }

    /// <summary>Plain houses behind and beside, of the kinds that stand everywhere.</summary>
    private static void AddNeighbours(Sketch sketch, WorldRandom random)
    {
        var count = random.Between(2, 5);
        for (var i = 0; i < count; i++)
        {
            var kit = new MaterialKit(random);
            float width = random.Uniform(9, 20), height = random.Uniform(5, 12);
            var side = random.Chance(0.5f) ? 1 : -1;
            float x = side * random.Uniform(12, 55), z = random.Uniform(-60, -28);
            sketch.Add(Shapes.Box, x, 0, z, width, height, 10, kit.Windowed());
            sketch.Add(random.Pick<Shape>([Shapes.Gable, Shapes.Hip]), x, height, z, width + 0.8f, random.Uniform(2, 5), 10.8f, new Gabled(kit.Roof, kit.Wall));
        }
    }

    private static Material DrawGround(WorldRandom random)
    {
        var stone = random.Tint(new(0.36f, 0.34f, 0.31f), 0.15f);
        return random.Between(0, 4) switch
        {
            0 => new Plaster(random.Tint(new(0.12f, 0.22f, 0.06f), 0.2f), 0.9f, 1.5f),
            1 => new Masonry(stone, stone * 0.55f, 1.6f, 1.6f, 0, 0.3f),
            2 => new Masonry(stone, stone * 0.6f, 1.8f, 0.9f, 0.5f, 0.4f),
            3 => new Checker(stone, stone * 0.6f, random.Uniform(1.2f, 2.2f), random.Chance(0.5f)),
            _ => new Plaster(stone, 0.5f, 0.7f),
        };
    }
}
