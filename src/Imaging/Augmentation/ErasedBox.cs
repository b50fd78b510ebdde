namespace Retrieval.Imaging.Augmentation;

/// <summary>A box of the result, in its pixels, that is covered with one colour, 0 to 1. The default covers nothing.</summary>
public readonly record struct ErasedBox(int Left, int Top, int Width, int Height, float Red, float Green, float Blue);
