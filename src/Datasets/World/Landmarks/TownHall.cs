using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A wide windowed front over an arcade, dormers, a clock tower or corner turrets.</summary>
internal sealed class TownHall : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(16, 26), height = random.Uniform(6, 10), depth = random.Uniform(8, 11);
        var ground = random.Uniform(3, 4.2f);
        sketch.Add(Shapes.Box, 0, 0, 0, width, ground, depth, kit.Arcade(random.Uniform(2.2f, 4.5f)));
        sketch.Add(Shapes.Box, 0, ground, 0, width + 0.5f, 0.5f, depth + 0.5f, kit.Trim);
        sketch.Add(Shapes.Box, 0, ground + 0.5f, 0, width, height - ground, depth, kit.Windowed(random.Between(1, 3)));
        var eaves = height + 0.5f;
        var rise = random.Uniform(2.5f, 5.5f);
        sketch.Add(random.Pick<Shape>([Shapes.Gable, Shapes.Hip, Shapes.Mansard]), 0, eaves, 0, width + 1, rise, depth + 1, new Gabled(kit.Roof, kit.Roof));
        var dormers = random.Between(0, 5);
        for (var i = 0; i < dormers; i++)
            sketch.Add(Shapes.Gable, (i + 0.5f) * width / dormers - width / 2, eaves, depth / 2 - 0.6f, 2, 2.6f, 1.8f, new Gabled(kit.Roof, kit.Windowed(1)), QuarterTurn);

        if (random.Chance(0.65f))
        {
            var tower = random.Uniform(3.5f, 5.5f);
            var x = random.Pick<float>([0, 0, -0.33f, 0.33f]) * width;
            var top = height * random.Uniform(1.7f, 2.7f);
            sketch.Add(Shapes.Box, x, 0, depth / 2 - tower / 4, tower, top, tower, kit.Windowed());
            sketch.Add(Shapes.Box, x, top, depth / 2 - tower / 4, tower * 1.15f, tower * 1.1f, tower * 1.15f, kit.Rose(kit.Trim, 0.5f, 0.4f));
            sketch.Add(DrawTowerRoof(random), x, top + tower * 1.1f, depth / 2 - tower / 4, tower, tower * random.Uniform(0.7f, 2), kit.Roof);
            return;
        }
        var turret = random.Uniform(2.4f, 4);
        var roof = DrawTowerRoof(random);
        foreach (var side in (ReadOnlySpan<float>)[-0.5f, 0.5f])
        {
            sketch.Add(Shapes.Octagon, side * width, 0, depth / 2 - 0.5f, turret, eaves * 1.25f, kit.Windowed());
            sketch.Add(roof, side * width, eaves * 1.25f, depth / 2 - 0.5f, turret * 1.1f, turret * random.Uniform(0.8f, 1.8f), kit.Roof);
        }
    }
}
