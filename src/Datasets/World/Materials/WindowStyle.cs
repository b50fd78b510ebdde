using System.Numerics;

namespace Retrieval.Datasets.World.Materials;

/// <summary>How the openings of a wall look. Lengths are metres; widths and heights of an opening are shares of its cell.</summary>
internal sealed record WindowStyle
{
    /// <summary>Distance between columns; fitted to the face.</summary>
    public float SpacingX { get; init; } = 2.5f;

    /// <summary>Distance between rows; fitted to the face.</summary>
    public float SpacingY { get; init; } = 3.2f;

    /// <summary>A fixed number of rows, or 0 to follow <see cref="SpacingY"/>.</summary>
    public int Rows { get; init; }

    /// <summary>Height of the blank wall below the first row.</summary>
    public float Sill { get; init; }

    public float Width { get; init; } = 0.45f;

    public float Height { get; init; } = 0.6f;

    /// <summary>Of the opening above the cell's lower edge, as a share of the cell.</summary>
    public float Foot { get; init; } = 0.2f;

    /// <summary>Width of the frame as a share of the cell's width.</summary>
    public float Frame { get; init; } = 0.05f;

    public bool Arched { get; init; }

    public int PanesX { get; init; } = 2;

    public int PanesY { get; init; } = 3;

    /// <summary>Share of the openings that are lit after dark.</summary>
    public float LitShare { get; init; } = 0.4f;

    public Vector3 FrameColour { get; init; } = new(0.6f);

    public Vector3 GlassColour { get; init; } = new(0.06f, 0.07f, 0.09f);

    /// <summary>Decides which windows are lit.</summary>
    public int Variant { get; init; }
}
