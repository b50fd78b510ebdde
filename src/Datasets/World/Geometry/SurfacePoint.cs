using System.Numerics;

namespace Retrieval.Datasets.World.Geometry;

/// <summary>A point of a face: what a pattern needs to colour it.</summary>
/// <param name="Normal">Outward, of length 1.</param>
/// <param name="U">Metres along the face from its middle, to the right.</param>
/// <param name="V">Metres along the face from its lower edge, upwards.</param>
/// <param name="Width">The face's width in metres.</param>
/// <param name="Height">The face's height in metres.</param>
/// <param name="Face">Tells the faces of one body apart, so that edges between them are found.</param>
internal readonly record struct SurfacePoint(Vector3 Normal, float U, float V, float Width, float Height, int Face);
