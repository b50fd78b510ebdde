using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A stepped pyramid with a stairway and a shrine.</summary>
internal sealed class Ziggurat : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(18, 26), storey = random.Uniform(2, 3.6f);
        var tiers = random.Between(3, 6);
        var shape = random.Chance(0.5f) ? Shapes.Batter : Shapes.Box;
        var inset = random.Uniform(0.6f, 0.9f) * width / (tiers + 1);
        var y = 0f;
        for (var tier = 0; tier < tiers; tier++)
        {
            var size = width - inset * tier;
            var wall = tier % 2 == 0 ? kit.Wall : random.Chance(0.5f) ? kit.Banded(kit.Wall) : kit.Arcade(random.Uniform(2, 4));
            sketch.Add(shape, 0, y, 0, size, storey, wall);
            y += storey;
            var reach = size / 2 + inset * 0.5f;
            sketch.Add(Shapes.Box, 0, 0, reach - inset / 2, width * 0.16f, y, inset * 1.4f, kit.Trim);
        }
        var shrine = (width - inset * tiers) * random.Uniform(0.5f, 0.8f);
        var height = random.Uniform(2.5f, 5);
        sketch.Add(Shapes.Box, 0, y, 0, shrine, height, kit.Arcade(shrine / random.Between(1, 3)));
        sketch.Add(random.Pick<Shape>([Shapes.Pyramid, Shapes.Dome, Shapes.Gable, Shapes.Batter]), 0, y + height, 0, shrine * 1.1f, random.Uniform(1.5f, 4), kit.Roof);
        if (random.Chance(0.5f))
        {
            sketch.Add(Shapes.Obelisk, -width * 0.55f, 0, width * 0.5f, 1.6f, random.Uniform(5, 9), kit.Accent);
            sketch.Add(Shapes.Obelisk, width * 0.55f, 0, width * 0.5f, 1.6f, random.Uniform(5, 9), kit.Accent);
        }
    }
}
