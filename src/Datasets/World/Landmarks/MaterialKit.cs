using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Landmarks;

/// <summary>The handful of materials that the parts of one landmark share, drawn once for it.</summary>
internal sealed class MaterialKit
{
    private readonly WorldRandom _random;
    private readonly WindowStyle _windows;

    public MaterialKit(WorldRandom random)
    {
        _random = random;
        Palette = Palette.Draw(random);
        Wall = DrawWall();
        Trim = new Plaster(Palette.Trim, 0.2f, 0.8f);
        Roof = DrawRoof();
        _windows = new()
        {
            SpacingX = random.Uniform(1.7f, 3.4f),
            SpacingY = random.Uniform(2.4f, 4f),
            Width = random.Uniform(0.3f, 0.6f),
            Height = random.Uniform(0.45f, 0.75f),
            Frame = random.Uniform(0.02f, 0.12f),
            Arched = random.Chance(0.5f),
            PanesX = random.Between(1, 3),
            PanesY = random.Between(1, 4),
            FrameColour = random.Chance(0.6f) ? Palette.Trim : Palette.Accent,
            LitShare = random.Uniform(0.1f, 0.7f),
        };
    }

    public Palette Palette { get; }

    public Material Wall { get; }

    public Material Trim { get; }

    public Material Roof { get; }

    /// <summary>A plain part in the accent colour: statues, finials, doors.</summary>
    public Material Accent => new Plaster(Palette.Accent, 0.2f, 0.5f);

    /// <summary>The wall with this landmark's windows.</summary>
    public Material Windowed(int rows = 0, float sill = 0) =>
        new Windows(Wall, _windows with { Rows = rows, Sill = sill, Variant = _random.Between(0, 100) });

    /// <summary>The wall with large arched openings in one row.</summary>
    public Material Arcade(float spacing) => new Windows(Wall, _windows with
    {
        SpacingX = spacing,
        Rows = 1,
        Arched = true,
        Width = 0.6f,
        Height = 0.8f,
        Foot = 0,
        PanesX = 1,
        PanesY = 1,
        LitShare = 0.2f,
    });

    /// <summary>The wall with ornamental bands, an even chance of either kind.</summary>
    public Material Banded(Material wall) =>
        new Frieze(wall, Palette.Accent, _random.Uniform(2.5f, 6f), _random.Uniform(0.5f, 1f), _random.Chance(0.5f));

    /// <summary>A rose window or clock above the middle of the wall.</summary>
    public Material Rose(Material wall, float height, float radius) =>
        new Rosette(wall, Palette.Trim, _random.Chance(0.5f) ? Palette.Accent : new(0.05f), height, radius, _random.Between(4, 12));

    public Material Fluted => new Stripes(Trim, new Plaster(Palette.Trim * 0.55f), 0.4f, 0.6f, upright: true);

    private Material DrawWall()
    {
        var joint = Palette.Wall * _random.Pick<float>([0.45f, 0.6f, 1.5f]);
        var height = _random.Uniform(0.3f, 0.9f);
        return _random.Between(0, 6) switch
        {
            0 or 1 => new Masonry(Palette.Wall, joint, height * _random.Uniform(1.6f, 2.6f), height, 0.5f, 0.6f),
            2 => new Masonry(Palette.Wall, joint, 1.6f * height, 1.6f * height, 0, 0.25f),
            3 => new Stripes(new Plaster(Palette.Wall), new Plaster(Palette.Trim), _random.Uniform(0.9f, 2.4f), _random.Uniform(0.4f, 0.75f)),
            4 => new Checker(Palette.Wall, Palette.Wall * 0.55f, _random.Uniform(0.6f, 1.2f), _random.Chance(0.5f)),
            _ => new Plaster(Palette.Wall, 0.3f, 2),
        };
    }

    private Material DrawRoof() => _random.Between(0, 3) switch
    {
        0 => new Stripes(new Plaster(Palette.Roof), new Plaster(Palette.Roof * 0.6f), _random.Uniform(0.7f, 1.4f), 0.7f, upright: true),
        1 => new Checker(Palette.Roof, Palette.Accent, _random.Uniform(0.7f, 1.3f), diagonal: true),
        _ => new RoofTiles(Palette.Roof, _random.Uniform(0.5f, 1.1f), _random.Uniform(0.5f, 1.1f)),
    };
}
