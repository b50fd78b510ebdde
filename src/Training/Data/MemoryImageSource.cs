using Retrieval.Imaging;

namespace Retrieval.Training.Data;

/// <summary>Images that are in memory already.</summary>
public sealed class MemoryImageSource(IReadOnlyList<RgbImage> images, Func<int, string>? name = null) : IImageSource
{
    public int Count => images.Count;

    public string Name(int index) => name?.Invoke(index) ?? $"image {index}";

    public RgbImage Load(int index) => images[index];
}
