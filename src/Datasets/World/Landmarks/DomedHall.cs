using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>A block under a drum and a dome, with lesser domes and slender towers around.</summary>
internal sealed class DomedHall : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(14, 22), height = random.Uniform(6, 10);
        var wall = kit.Windowed(random.Between(1, 3));
        sketch.Add(Shapes.Box, 0, 0, 0, width, height, width * 0.9f, random.Chance(0.5f) ? kit.Banded(wall) : wall);
        sketch.Add(Shapes.Box, 0, height, 0, width + 0.8f, 0.7f, width * 0.9f + 0.8f, kit.Trim);
        var porch = random.Uniform(0.3f, 0.5f) * width;
        sketch.Add(Shapes.Box, 0, 0, width * 0.45f + 1, porch, height * random.Uniform(0.7f, 1.2f), 2.4f, kit.Arcade(porch / random.Between(1, 3)));

        var drum = random.Uniform(0.45f, 0.75f) * width;
        var drumHeight = random.Uniform(0.15f, 0.5f) * drum;
        var rise = random.Uniform(0.35f, 0.65f) * drum;
        sketch.Add(random.Pick<Shape>([Shapes.Cylinder, Shapes.Octagon]), 0, height + 0.7f, 0, drum, drumHeight, kit.Windowed(1));
        sketch.Add(Shapes.Dome, 0, height + 0.7f + drumHeight, 0, drum, rise, kit.Roof);
        sketch.Add(Shapes.Octagon, 0, height + 0.5f + drumHeight + rise, 0, 1.6f, 2, kit.Trim);
        sketch.Add(Shapes.Cone, 0, height + 2.5f + drumHeight + rise, 0, 1.8f, 2, kit.Accent);

        if (random.Chance(0.6f))
        {
            var small = random.Uniform(0.16f, 0.28f) * width;
            foreach (var x in (ReadOnlySpan<float>)[-0.36f, 0.36f])
                sketch.Add(Shapes.Dome, x * width, height + 0.7f, width * 0.28f, small, small * rise / drum * 1.3f, kit.Roof);
        }
        var minarets = random.Between(0, 2) * 2;
        var reach = random.Uniform(0.55f, 0.75f) * width;
        var tall = random.Uniform(1.6f, 2.8f) * height;
        for (var i = 0; i < minarets; i++)
        {
            float x = i % 2 == 0 ? -reach : reach, z = i < 2 ? 0.4f * width : -0.5f * width;
            sketch.Add(Shapes.Shaft, x, 0, z, 2, tall, kit.Banded(kit.Wall));
            sketch.Add(Shapes.Cylinder, x, tall * 0.72f, z, 2.7f, 0.8f, kit.Trim);
            sketch.Add(Shapes.Cone, x, tall, z, 1.9f, tall * 0.18f, kit.Roof);
        }
    }
}
