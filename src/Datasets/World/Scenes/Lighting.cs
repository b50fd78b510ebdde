using System.Numerics;

namespace Retrieval.Datasets.World.Scenes;

/// <summary>Sun, sky and air of one view. Colours are linear RGB radiance.</summary>
internal sealed record Lighting
{
    /// <summary>Towards the sun, of length 1.</summary>
    public required Vector3 SunDirection { get; init; }

    public required Vector3 Sun { get; init; }

    /// <summary>Light from above in the shade.</summary>
    public required Vector3 SkyAmbient { get; init; }

    /// <summary>Light from below in the shade.</summary>
    public required Vector3 GroundAmbient { get; init; }

    public required Vector3 Zenith { get; init; }

    public required Vector3 Horizon { get; init; }

    public required Vector3 Cloud { get; init; }

    /// <summary>0: a clear sky; 1: all clouds.</summary>
    public float CloudCover { get; init; }

    /// <summary>Where in the noise the clouds start.</summary>
    public float CloudOffset { get; init; }

    /// <summary>Share of the light that the air swallows per metre.</summary>
    public float Fog { get; init; } = 0.0012f;

    /// <summary>Lit windows and floodlights after dark.</summary>
    public Vector3 Lamps { get; init; }
}
