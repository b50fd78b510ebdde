namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>A row of the table of images.cu. 104 bytes.</summary>
internal readonly record struct ImageRow(
    long Offset, float Left, float Top, float BoxWidth, float BoxHeight, int Height, int Width, int Flip,
    int Steps, float Brightness, float Contrast, float Saturation, float Hue, float LightRed, float LightGreen, float LightBlue, float LightGain,
    int ErasedLeft, int ErasedTop, int ErasedWidth, int ErasedHeight, float ErasedRed, float ErasedGreen, float ErasedBlue);
