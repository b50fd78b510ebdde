using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>Tiers of shrinking rooms under wide roofs.</summary>
internal sealed class Pagoda : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(8, 14), storey = random.Uniform(2.4f, 4), shrink = random.Uniform(0.72f, 0.9f);
        var tiers = random.Between(3, 6);
        var eaves = random.Uniform(1.25f, 1.6f);
        var pitch = random.Uniform(0.12f, 0.24f);
        var polygonal = random.Chance(0.35f);
        var y = random.Uniform(0.8f, 2);
        sketch.Add(Shapes.Box, 0, 0, 0, width * eaves, y, kit.Trim);
        for (var tier = 0; tier < tiers; tier++)
        {
            var wall = tier == 0 ? kit.Arcade(width / random.Between(2, 4)) : kit.Windowed(1);
            sketch.Add(polygonal ? Shapes.Octagon : Shapes.Box, 0, y, 0, width, storey, wall);
            y += storey * 0.92f;
            var rise = pitch * width * eaves;
            sketch.Add(polygonal ? Shapes.OctagonSpire : Shapes.Pyramid, 0, y, 0, width * eaves, rise, kit.Roof);
            y += rise * (1 - shrink / eaves) * 0.9f;
            width *= shrink;
            storey *= 0.93f;
        }
        sketch.Add(Shapes.Cone, 0, y, 0, 0.9f, random.Uniform(3, 6), kit.Accent);
    }
}
