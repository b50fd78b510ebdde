using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A round banded tower with a gallery and a lantern, keepers' houses at its foot.</summary>
internal sealed class Lighthouse : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float diameter = random.Uniform(4.5f, 7.5f), height = random.Uniform(13, 22);
        var body = random.Pick<Shape>([Shapes.Shaft, Shapes.Shaft, Shapes.Cylinder, Shapes.Octagon]);
        Material coat = random.Between(0, 2) switch
        {
            0 => new Stripes(new Plaster(kit.Palette.Accent), kit.Trim, random.Uniform(3, 8), random.Uniform(0.3f, 0.6f)),
            1 => new Checker(kit.Palette.Trim, kit.Palette.Accent, random.Uniform(1.6f, 3), random.Chance(0.5f)),
            _ => kit.Windowed(),
        };
        sketch.Add(body, 0, 0, 0, diameter, height, coat);
        sketch.Add(Shapes.Octagon, 0, 0, 0, diameter * 1.3f, random.Uniform(1.5f, 4), kit.Wall);
        sketch.Add(Shapes.Cylinder, 0, height, 0, diameter * random.Uniform(1, 1.25f), 0.7f, kit.Trim);
        sketch.Add(Shapes.Octagon, 0, height + 0.7f, 0, diameter * 0.6f, 2.2f, kit.Windowed(1));
        sketch.Add(random.Pick<Shape>([Shapes.Cone, Shapes.Dome, Shapes.Bell]), 0, height + 2.9f, 0, diameter * 0.75f, random.Uniform(1.5f, 3), kit.Roof);

        var houses = random.Between(1, 3);
        for (var i = 0; i < houses; i++)
        {
            float side = i % 2 == 0 ? 1 : -1, width = random.Uniform(6, 10), eaves = random.Uniform(3, 5);
            float x = side * (diameter / 2 + width / 2 + random.Uniform(0.5f, 2.5f)), z = random.Jitter(2.5f);
            var turn = random.Chance(0.5f) ? QuarterTurn : 0;
            sketch.Add(Shapes.Box, x, 0, z, width, eaves, 6, kit.Windowed(random.Between(1, 2)), turn);
            sketch.Add(Shapes.Gable, x, eaves, z, width + 0.5f, random.Uniform(1.6f, 3), 6.8f, new Gabled(kit.Roof, kit.Wall), turn);
        }
    }
}
