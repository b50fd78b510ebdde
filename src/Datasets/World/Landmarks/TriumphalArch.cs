using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>Piers with open passages under an attic, half columns in front and figures on top.</summary>
internal sealed class TriumphalArch : Family
{
    public override void Build(Sketch sketch, MaterialKit kit, WorldRandom random)
    {
        float width = random.Uniform(13, 22), height = random.Uniform(7, 12), depth = random.Uniform(4, 7);
        var passages = random.Between(1, 3);
        var pier = width / (passages + 1) * random.Uniform(0.5f, 0.75f);
        var face = kit.Banded(kit.Wall);
        for (var i = 0; i <= passages; i++)
        {
            var x = (i / (float)passages - 0.5f) * (width - pier);
            sketch.Add(Shapes.Box, x, 0, 0, pier, height, depth, face);
            sketch.Add(Shapes.Box, x, 0, 0, pier + 0.6f, 1.4f, depth + 0.8f, kit.Trim);
            sketch.Add(Shapes.Shaft, x, 1.4f, depth / 2 + 0.4f, random.Uniform(0.9f, 1.1f), height - 1.4f, kit.Fluted);
        }
        var beam = random.Uniform(1.2f, 2.4f);
        sketch.Add(Shapes.Box, 0, height, 0, width + 0.8f, beam, depth + 1.6f, new Frieze(kit.Trim, kit.Palette.Accent, beam, 0.6f * beam, random.Chance(0.5f)));
        var attic = random.Uniform(2, 5);
        sketch.Add(Shapes.Box, 0, height + beam, 0, width * random.Uniform(0.7f, 0.95f), attic, depth, kit.Rose(random.Chance(0.5f) ? kit.Windowed(1) : kit.Wall, 0.5f, 0.4f));
        var top = height + beam + attic;
        switch (random.Between(0, 3))
        {
            case 0:
                sketch.Add(Shapes.Gable, 0, top, 0, depth, 0.18f * width, width * 0.8f, new Gabled(kit.Roof, kit.Wall), QuarterTurn);
                break;
            case 1:
                sketch.Add(Shapes.Dome, 0, top, 0, depth, depth * 0.6f, kit.Roof);
                break;
            case 2:
                Crenellate(sketch, kit, top, width * 0.7f, depth, random.Between(4, 7));
                break;
            default:
                for (var i = -1; i <= 1; i++)
                    sketch.Add(Shapes.Bell, i * width * 0.3f, top, 0, 1.6f, i == 0 ? 4 : 2.8f, kit.Accent);
                break;
        }
    }
}
