using Retrieval.Imaging;

namespace Retrieval.Training.Data;

/// <summary>Some images of a set, in an order of their own.</summary>
/// <param name="images">The set.</param>
/// <param name="chosen">Numbers of images in it.</param>
public sealed class ImageSubset(IImageSource images, IReadOnlyList<int> chosen) : IImageSource
{
    public int Count => chosen.Count;

    public string Name(int index) => images.Name(chosen[index]);

    public RgbImage Load(int index) => images.Load(chosen[index]);
}
