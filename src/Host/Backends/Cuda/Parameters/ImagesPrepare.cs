namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of images.cu.</summary>
internal readonly record struct ImagesPrepare(
    nint Pixels, nint Rows, nint Y, nint Drawn, int Height, int Width, int BlocksPerImage, int DrawCrop,
    double MinArea, double MaxArea, double MinAspect, double MaxAspect, double MinLogAspect, double MaxLogAspect, double FlipProbability,
    float ScaleRed, float ScaleGreen, float ScaleBlue, float ShiftRed, float ShiftGreen, float ShiftBlue);
