using Retrieval.Imaging;

namespace Retrieval.Training.Data;

/// <summary>A numbered set of images, at the network's size. Called by several threads at once.</summary>
public interface IImageSource
{
    int Count { get; }

    /// <summary>What an image is called in messages: its path.</summary>
    string Name(int index);

    /// <summary>The image, decoded and resized; the caller must not change it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    RgbImage Load(int index);
}
