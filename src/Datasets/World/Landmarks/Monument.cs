using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>Steps, a pedestal and a column or an obelisk, with a figure on top and guards at the corners.</summary>
internal sealed class Monument : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        var round = random.Chance(0.4f);
        var baseShape = round ? Shapes.Cylinder : Shapes.Box;
        var width = random.Uniform(9, 14);
        var steps = random.Between(2, 4);
        for (var i = 0; i < steps; i++)
            sketch.Add(baseShape, 0, i * 0.6f, 0, width - 1.4f * i, 0.6f, kit.Trim);
        var y = steps * 0.6f;

        float pedestal = random.Uniform(0.3f, 0.45f) * width, height = random.Uniform(3, 5.5f);
        sketch.Add(random.Pick<Shape>([Shapes.Box, Shapes.Octagon, Shapes.Batter]), 0, y, 0, pedestal, height, kit.Rose(kit.Banded(kit.Wall), 0.45f, 0.35f));
        y += height;
        sketch.Add(baseShape, 0, y, 0, pedestal * 1.15f, 0.7f, kit.Trim);
        y += 0.7f;

        float shaft = pedestal * random.Uniform(0.45f, 0.75f), tall = random.Uniform(7, 15);
        var (shape, material) = random.Between(0, 3) switch
        {
            0 => (Shapes.Obelisk, kit.Banded(kit.Wall)),
            1 => (Shapes.Shaft, kit.Fluted),
            2 => (Shapes.Shaft, kit.Banded(kit.Wall)),
            _ => (Shapes.Hexagon, kit.Wall),
        };
        sketch.Add(shape, 0, y, 0, shaft, tall, material);
        y += tall;
        sketch.Add(Shapes.Box, 0, y, 0, shaft * 1.2f, 0.6f, kit.Trim);
        y += 0.6f;
        switch (random.Between(0, 2))
        {
            case 0:
                sketch.Add(Shapes.Pyramid, 0, y, 0, shaft * 0.8f, shaft, kit.Accent);
                break;
            case 1:
                sketch.Add(Shapes.Ball, 0, y, 0, shaft, shaft, kit.Accent);
                break;
            default:
                sketch.Add(Shapes.Bell, 0, y, 0, shaft * 0.6f, 2.6f, kit.Accent);
                sketch.Add(Shapes.Ball, 0, y + 2.5f, 0, 0.8f, 0.9f, kit.Accent);
                break;
        }
        AddGuards(sketch, kit, random, width * 0.42f, steps * 0.6f);
    }

    private static void AddGuards(Sketch sketch, MaterialKit kit, WorldRandom random, float reach, float y)
    {
        var kind = random.Between(0, 3);
        if (kind == 0)
            return;
        for (var i = 0; i < 4; i++)
        {
            float x = i % 2 == 0 ? -reach : reach, z = i < 2 ? reach : -reach;
            sketch.Add(kind == 1 ? Shapes.Obelisk : Shapes.Box, x, 0, z, 1.5f, y + 1.2f, kit.Wall);
            if (kind > 1)
                sketch.Add(kind == 2 ? Shapes.Ball : Shapes.Bell, x, y + 1.2f, z, 1.3f, kind == 2 ? 1.3f : 2.4f, kit.Accent);
        }
    }
}
