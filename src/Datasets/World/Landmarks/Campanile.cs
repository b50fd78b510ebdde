using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A free-standing tower of tiers beside a low hall.</summary>
internal sealed class Campanile : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        var width = random.Uniform(5, 8);
        var tiers = random.Between(3, 5);
        var shrink = random.Uniform(0.82f, 1);
        var body = random.Pick<Shape>([Shapes.Box, Shapes.Box, Shapes.Batter, Shapes.Octagon]);
        var y = 0f;
        for (var tier = 0; tier < tiers; tier++)
        {
            var height = random.Uniform(3.5f, 7);
            var wall = tier == tiers - 1 ? kit.Arcade(width / random.Between(1, 3))
                : tier == tiers - 2 ? kit.Rose(kit.Wall, 0.5f, random.Uniform(0.28f, 0.42f))
                : random.Chance(0.5f) ? kit.Windowed(1) : kit.Banded(kit.Wall);
            sketch.Add(body, 0, y, 0, width, height, wall);
            y += height;
            sketch.Add(Shapes.Box, 0, y, 0, width * 1.1f, 0.6f, width * 1.1f, kit.Trim);
            y += 0.6f;
            width *= shrink;
        }
        var roof = DrawTowerRoof(random);
        var rise = random.Uniform(0.7f, 2.2f) * width;
        sketch.Add(roof, 0, y, 0, width, rise, kit.Roof);
        sketch.Add(Shapes.Ball, 0, y + rise, 0, 0.9f, 0.9f, kit.Accent);

        float side = random.Chance(0.5f) ? 1 : -1, hall = random.Uniform(8, 13), eaves = random.Uniform(4, 7);
        var x = side * (hall / 2 + random.Uniform(3, 5));
        sketch.Add(Shapes.Box, x, 0, -1.5f, hall, eaves, 7, kit.Windowed(random.Between(1, 2)));
        sketch.Add(random.Pick<Shape>([Shapes.Gable, Shapes.Hip]), x, eaves, -1.5f, hall + 0.6f, random.Uniform(2, 4), 7.8f, kit.Roof);
    }
}
