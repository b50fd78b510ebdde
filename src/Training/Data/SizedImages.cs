using Retrieval.Imaging;

namespace Retrieval.Training.Data;

/// <summary>The images of a set at another size.</summary>
public sealed class SizedImages(IImageSource images, ImageSizing sizing) : IImageSource
{
    public int Count => images.Count;

    public string Name(int index) => images.Name(index);

    public RgbImage Load(int index) => sizing.Apply(images.Load(index));
}
