using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A row of narrow gabled houses, some of them timber-framed, with a fountain in front.</summary>
internal sealed class MarketRow : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        var houses = random.Between(3, 5);
        Span<float> widths = stackalloc float[houses];
        var total = 0f;
        foreach (ref var width in widths)
            total += width = random.Uniform(4, 7);
        var x = -total / 2;
        foreach (var width in widths)
        {
            AddHouse(sketch, kit, random, x + width / 2, width);
            x += width;
        }
        if (random.Chance(0.5f))
        {
            var place = random.Jitter(0.25f * total);
            sketch.Add(Shapes.Cylinder, place, 0, 8, 4, 0.9f, kit.Trim);
            sketch.Add(Shapes.Shaft, place, 0.9f, 8, 0.9f, random.Uniform(1.8f, 3.5f), kit.Wall);
            sketch.Add(Shapes.Ball, place, random.Uniform(2.8f, 3.6f), 8, 1.1f, 1.1f, kit.Accent);
        }
    }

    private static void AddHouse(Sketch sketch, MaterialKit kit, WorldRandom random, float x, float width)
    {
        float height = random.Uniform(6, 11), depth = random.Uniform(7, 9), z = random.Jitter(0.4f), ground = random.Uniform(2.6f, 3.4f);
        var colour = random.Pick<System.Numerics.Vector3>([kit.Palette.Wall, kit.Palette.Trim, kit.Palette.Accent * 1.4f]);
        Material front = random.Between(0, 2) switch
        {
            0 => new TimberFrame(colour, new(0.10f, 0.06f, 0.04f), random.Uniform(1.2f, 1.9f)),
            1 => kit.Banded(kit.Windowed()),
            _ => kit.Windowed(),
        };
        sketch.Add(Shapes.Box, x, 0, z, width, ground, depth, kit.Arcade(width / random.Between(1, 3)));
        sketch.Add(Shapes.Box, x, ground, z, width, height - ground, depth, front);
        switch (random.Between(0, 3))
        {
            case 0:
                sketch.Add(Shapes.Gable, x, height, z, width, random.Uniform(1.5f, 3), depth, new Gabled(kit.Roof, kit.Roof));
                break;
            case 1:
                sketch.Add(Shapes.Box, x, height, z, width * 0.66f, 1.4f, depth, front);
                sketch.Add(Shapes.Box, x, height + 1.4f, z, width * 0.33f, 1.3f, depth, front);
                break;
            default:
                sketch.Add(Shapes.Gable, x, height, z, depth, random.Uniform(0.6f, 1.2f) * width, width, new Gabled(kit.Roof, front), QuarterTurn);
                break;
        }
    }
}
