namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>A row of the table of images.cu. 48 bytes.</summary>
internal readonly record struct ImageRow(long Offset, ulong Seed, float Left, float Top, float BoxWidth, float BoxHeight, int Height, int Width, int Flip);
