namespace Retrieval.Host.Backends.Cpu;

/// <summary>What of an image is shown: a box, in pixels, and whether it is mirrored left to right.</summary>
internal readonly record struct ImagePart(float Left, float Top, float Width, float Height, bool Flip);
