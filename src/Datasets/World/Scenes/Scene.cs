using Retrieval.Datasets.World.Geometry;
using Retrieval.Datasets.World.Materials;

namespace Retrieval.Datasets.World.Scenes;

/// <summary>All that a view shows: bodies on an endless ground under a sky, and the camera that sees them.</summary>
/// <param name="Solids">Landmark, neighbours, clutter and occluders.</param>
/// <param name="Ground">Of the plane y = 0.</param>
/// <param name="Hills">Where in the noise the skyline of hills starts.</param>
/// <param name="Light">Sun, sky and air.</param>
/// <param name="Camera">Where the picture is taken from.</param>
/// <param name="Film">How the picture is developed.</param>
internal sealed record Scene(Solid[] Solids, Material Ground, float Hills, Lighting Light, CameraPose Camera, FilmSettings Film);
