using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A gabled nave, aisles, and one tower in front, one at the side, or two.</summary>
internal sealed class Church : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(8, 13), height = random.Uniform(7, 12), depth = random.Uniform(14, 22);
        var ridge = random.Uniform(0.5f, 1.1f) * width;
        var front = kit.Rose(kit.Windowed(), 0.7f, random.Uniform(0.15f, 0.28f));
        sketch.Add(Shapes.Box, 0, 0, 0, width, height, depth, front);
        sketch.Add(Shapes.Gable, 0, height, 0, depth + 0.6f, ridge, width + 0.8f, new Gabled(kit.Roof, kit.Wall), QuarterTurn);
        if (random.Chance(0.5f))
        {
            sketch.Add(Shapes.Box, -width * 0.75f, 0, -1, width * 0.5f, height * 0.55f, depth - 4, kit.Windowed(1));
            sketch.Add(Shapes.Box, width * 0.75f, 0, -1, width * 0.5f, height * 0.55f, depth - 4, kit.Windowed(1));
        }
        sketch.Add(Shapes.Box, 0, 0, depth / 2 + 0.5f, 3.4f, 4.4f, 1.2f, kit.Arcade(3.4f));

        var tower = random.Uniform(0.32f, 0.5f) * width;
        var towerHeight = random.Uniform(1.5f, 2.4f) * height;
        var roof = DrawTowerRoof(random);
        var roofHeight = random.Uniform(0.8f, 2.6f) * tower;
        var wall = random.Chance(0.5f) ? kit.Banded(kit.Windowed()) : kit.Windowed();
        float[] places = random.Between(0, 3) switch { 0 => [0], 1 => [0.5f * width + tower * 0.3f], 2 => [-0.5f * width - tower * 0.3f], _ => [-0.5f * width, 0.5f * width] };
        foreach (var x in places)
        {
            var z = x == 0 ? depth / 2 - tower / 2 - 1.5f : depth / 2 - tower / 2;
            sketch.Add(Shapes.Box, x, 0, z, tower, towerHeight, tower, wall);
            sketch.Add(Shapes.Box, x, towerHeight, z, tower * 1.12f, 0.6f, tower * 1.12f, kit.Trim);
            sketch.Add(roof, x, towerHeight + 0.6f, z, tower * 1.05f, roofHeight, tower * 1.05f, kit.Roof);
        }
    }
}
