using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A curtain wall with battlements between towers, a gate and a keep behind.</summary>
internal sealed class Castle : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(16, 26), height = random.Uniform(5, 8), depth = random.Uniform(8, 14);
        sketch.Add(Shapes.Box, 0, 0, 0, width, height, depth, random.Chance(0.5f) ? kit.Banded(kit.Wall) : kit.Wall);
        Crenellate(sketch, kit, height, width * 0.9f, depth, random.Between(5, 9));
        sketch.Add(Shapes.Box, 0, 0, depth / 2 + 0.6f, 5, height + random.Uniform(0.5f, 3), 1.6f, kit.Arcade(5));

        var towers = random.Between(2, 4);
        var diameter = random.Uniform(3, 5.5f);
        var towerHeight = height * random.Uniform(1.25f, 2.1f);
        var pointed = random.Chance(0.6f);
        var body = random.Pick<Shape>([Shapes.Cylinder, Shapes.Cylinder, Shapes.Octagon, Shapes.Box]);
        var roof = body == Shapes.Box ? Shapes.Pyramid : body == Shapes.Octagon ? Shapes.OctagonSpire : Shapes.Cone;
        for (var i = 0; i < towers; i++)
        {
            var x = (i / (towers - 1f) - 0.5f) * width;
            var rise = towerHeight * (i % 2 == 0 ? 1 : random.Uniform(0.8f, 1.3f));
            sketch.Add(body, x, 0, depth / 2 - 0.5f, diameter, rise, kit.Windowed());
            sketch.Add(body, x, rise, depth / 2 - 0.5f, diameter * 1.2f, 1.1f, kit.Trim);
            if (pointed)
                sketch.Add(roof, x, rise + 1.1f, depth / 2 - 0.5f, diameter * 1.15f, diameter * random.Uniform(0.9f, 1.7f), kit.Roof);
        }
        var keep = random.Uniform(0.25f, 0.45f) * width;
        var keepX = random.Jitter(0.25f) * width;
        var keepHeight = height * random.Uniform(1.6f, 2.6f);
        sketch.Add(Shapes.Batter, keepX, 0, -depth / 2, keep, keepHeight, keep, kit.Windowed());
        sketch.Add(random.Pick<Shape>([Shapes.Hip, Shapes.Pyramid, Shapes.Gable]), keepX, keepHeight, -depth / 2, keep, keep * 0.6f, keep, new Gabled(kit.Roof, kit.Roof));
    }
}
