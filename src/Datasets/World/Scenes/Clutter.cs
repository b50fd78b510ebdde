using System.Numerics;
using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Scenes;

/// <summary>What stands about on the day of a visit: people, cars, trees, lamps, stalls.</summary>
internal static class Clutter
{
    private static readonly Plaster Dark = new(new(0.03f), 0.1f);
    private static readonly Plaster Skin = new(new(0.55f, 0.35f, 0.25f), 0.1f);
    private static readonly Plaster Bark = new(new(0.12f, 0.08f, 0.05f), 0.5f, 0.3f);

    /// <summary>Adds one thing of any kind at a place on the ground.</summary>
    public static void Add(List<Solid> solids, WorldRandom random, Vector3 place)
    {
        var sketch = new Sketch(solids, place, random.Uniform(0, 2 * MathF.PI));
        switch (random.Between(0, 9))
        {
            case 0 or 1 or 2: AddPerson(sketch, random); break;
            case 3 or 4: AddTree(sketch, random); break;
            case 5: AddConifer(sketch, random); break;
            case 6: AddCar(sketch, random); break;
            case 7: AddLamp(sketch, random); break;
            case 8: AddParasol(sketch, random); break;
            default: AddStall(sketch, random); break;
        }
    }

    /// <summary>Adds something of the size that blocks the view when it stands near the camera.</summary>
    public static void AddOccluder(List<Solid> solids, WorldRandom random, Vector3 place)
    {
        var sketch = new Sketch(solids, place, random.Uniform(0, 2 * MathF.PI));
        switch (random.Between(0, 5))
        {
            case 0 or 1: AddPerson(sketch, random); break;
            case 2: AddLamp(sketch, random); break;
            case 3: AddTree(sketch, random); break;
            case 4: AddBanner(sketch, random); break;
            default: sketch.Add(Shapes.Box, 0, 0, 0, random.Uniform(2, 4), random.Uniform(0.7f, 1.3f), 0.9f, Leaves(random)); break;
        }
    }

    private static Vector3 Gaudy(WorldRandom random) => new(random.Uniform(0.03f, 0.7f), random.Uniform(0.03f, 0.6f), random.Uniform(0.03f, 0.6f));

    private static Plaster Leaves(WorldRandom random) =>
        new(random.Tint(random.Pick<Vector3>([new(0.07f, 0.16f, 0.04f), new(0.12f, 0.18f, 0.05f), new(0.3f, 0.16f, 0.04f)]), 0.25f), 1.4f, 0.5f);

    private static void AddPerson(Sketch sketch, WorldRandom random)
    {
        var size = random.Uniform(0.9f, 1.1f);
        sketch.Add(Shapes.Cylinder, 0, 0, 0, 0.34f * size, 0.85f * size, new Plaster(Gaudy(random) * 0.5f, 0.2f, 0.3f));
        sketch.Add(Shapes.Shaft, 0, 0.8f * size, 0, 0.5f * size, 0.68f * size, 0.32f * size, new Plaster(Gaudy(random), 0.3f, 0.3f));
        sketch.Add(Shapes.Ball, 0, 1.46f * size, 0, 0.24f * size, 0.3f * size, random.Chance(0.5f) ? Skin : Bark);
    }

    private static void AddTree(Sketch sketch, WorldRandom random)
    {
        float height = random.Uniform(3.5f, 8), crown = random.Uniform(0.45f, 0.7f) * height;
        var leaves = Leaves(random);
        sketch.Add(Shapes.Shaft, 0, 0, 0, 0.07f * height, 0.6f * height, Bark);
        for (var i = 0; i < 5; i++)
            sketch.Add(Shapes.Foliage, random.Jitter(0.35f) * crown, height - crown * random.Uniform(0.7f, 1), random.Jitter(0.35f) * crown,
                crown * random.Uniform(0.5f, 0.85f), crown * random.Uniform(0.45f, 0.7f), leaves);
    }

    private static void AddConifer(Sketch sketch, WorldRandom random)
    {
        var height = random.Uniform(3, 9);
        var leaves = Leaves(random);
        sketch.Add(Shapes.Shaft, 0, 0, 0, 0.3f, 0.3f * height, Bark);
        for (var i = 0; i < 3; i++)
            sketch.Add(Shapes.Cone, 0, (0.15f + 0.25f * i) * height, 0, (0.42f - 0.1f * i) * height, 0.38f * height, leaves);
    }

    private static void AddCar(Sketch sketch, WorldRandom random)
    {
        var paint = new Plaster(Gaudy(random), 0.1f);
        var van = random.Chance(0.25f);
        float length = van ? 5 : 4.2f, height = van ? 1.7f : 0.7f;
        sketch.Add(Shapes.Box, 0, 0.3f, 0, length, height, 1.75f, paint);
        if (!van)
            sketch.Add(Shapes.Mansard, -0.2f, 1, 0, 0.58f * length, 0.55f, 1.6f, Dark);
        foreach (var x in (ReadOnlySpan<float>)[-0.3f, 0.3f])
            sketch.Add(Shapes.Ball, x * length, 0, 0, 0.66f, 0.66f, 1.85f, Dark);
    }

    private static void AddLamp(Sketch sketch, WorldRandom random)
    {
        var height = random.Uniform(3.5f, 6.5f);
        sketch.Add(Shapes.Cylinder, 0, 0, 0, 0.16f, height, Dark);
        sketch.Add(random.Pick<Shape>([Shapes.Ball, Shapes.Bell, Shapes.Octagon]), 0, height, 0, 0.55f, 0.6f, new Plaster(new(0.8f, 0.78f, 0.7f), 0));
    }

    private static void AddParasol(Sketch sketch, WorldRandom random)
    {
        sketch.Add(Shapes.Cylinder, 0, 0, 0, 0.08f, 2.2f, Dark);
        sketch.Add(Shapes.OctagonSpire, 0, 2.1f, 0, random.Uniform(2.2f, 3.4f), 0.8f, Cloth(random));
    }

    private static void AddStall(Sketch sketch, WorldRandom random)
    {
        float width = random.Uniform(2, 3.5f);
        sketch.Add(Shapes.Box, 0, 0, 0, width, 1, 1.2f, new Plaster(Gaudy(random), 0.4f, 0.4f));
        sketch.Add(Shapes.Gable, 0, 2.1f, 0, width + 0.3f, 0.7f, 2.2f, Cloth(random));
        foreach (var x in (ReadOnlySpan<float>)[-0.48f, 0.48f])
            sketch.Add(Shapes.Box, x * width, 0, 0.7f, 0.1f, 2.2f, Dark);
    }

    private static void AddBanner(Sketch sketch, WorldRandom random)
    {
        sketch.Add(Shapes.Cylinder, 0, 0, 0, 0.12f, 4, Dark);
        sketch.Add(Shapes.Box, 0.55f, 1.8f, 0, 1, 2, 0.06f, Cloth(random));
    }

    private static Stripes Cloth(WorldRandom random) =>
        new(new Plaster(Gaudy(random), 0.1f), new Plaster(Gaudy(random), 0.1f), random.Uniform(0.3f, 0.9f), 0.5f, upright: true);
}
