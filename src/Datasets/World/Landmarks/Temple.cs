using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>Steps, a row of columns, an entablature and a pediment, sometimes a dome behind it.</summary>
internal sealed class Temple : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(14, 24), depth = random.Uniform(12, 20), columnHeight = random.Uniform(6, 11);
        var steps = random.Between(2, 4);
        for (var i = 0; i < steps; i++)
            sketch.Add(Shapes.Box, 0, i * 0.7f, 0, width + 2 * (steps - i), 0.7f, depth + 2 * (steps - i), kit.Trim);
        var floor = steps * 0.7f;

        var columns = random.Between(4, 9);
        var diameter = random.Uniform(0.35f, 0.6f) * width / columns;
        var shaft = random.Chance(0.5f) ? kit.Fluted : kit.Trim;
        for (var i = 0; i < columns; i++)
            sketch.Add(Shapes.Shaft, (i / (columns - 1f) - 0.5f) * (width - diameter - 0.4f), floor, depth / 2 - diameter, diameter, columnHeight, shaft);
        sketch.Add(Shapes.Box, 0, floor, -1.5f, width * 0.82f, columnHeight, depth - 6, kit.Arcade(random.Uniform(2.5f, 5)));

        var top = floor + columnHeight;
        var entablature = random.Uniform(1.2f, 2.2f);
        sketch.Add(Shapes.Box, 0, top, 0, width, entablature, depth, new Frieze(kit.Trim, kit.Palette.Accent, entablature, 0.6f * entablature, random.Chance(0.5f)));
        var pediment = random.Uniform(0.16f, 0.32f) * width;
        if (random.Chance(0.75f))
            sketch.Add(Shapes.Gable, 0, top + entablature, 0, depth, pediment, width, new Gabled(kit.Roof, kit.Rose(kit.Wall, 0.4f, 0.28f)), QuarterTurn);
        else
            sketch.Add(Shapes.Box, 0, top + entablature, -1, width * 0.7f, pediment, depth * 0.7f, kit.Banded(kit.Wall));
        if (random.Chance(0.4f))
        {
            sketch.Add(Shapes.Cylinder, 0, top + entablature, -depth * 0.2f, width * 0.5f, pediment * 1.2f, kit.Windowed(1));
            sketch.Add(Shapes.Dome, 0, top + entablature + pediment * 1.2f, -depth * 0.2f, width * 0.5f, random.Uniform(0.2f, 0.32f) * width, kit.Roof);
        }
    }
}
