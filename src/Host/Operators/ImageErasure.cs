namespace Retrieval.Host;

/// <summary>A box of a picture in a batch, in its pixels, that is covered with a colour, 0 to 1. <c>default</c> covers nothing.</summary>
public readonly record struct ImageErasure(int Left, int Top, int Width, int Height, float Red, float Green, float Blue);
