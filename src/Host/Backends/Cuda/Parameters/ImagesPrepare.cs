namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of images.cu.</summary>
internal readonly record struct ImagesPrepare(
    nint Pixels, nint Rows, nint Luminance, nint Y, int Height, int Width, int BlocksPerImage,
    float ScaleRed, float ScaleGreen, float ScaleBlue, float ShiftRed, float ShiftGreen, float ShiftBlue);
