using Retrieval.Datasets.World.Scenes;
using Retrieval.Imaging;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>From scene to bytes for one image size; reuses its buffers, so one thread at a time.</summary>
internal sealed class ViewRenderer(WorldOptions options)
{
    private readonly SceneRenderer _scene = new(options.ImageWidth, options.ImageHeight);
    private readonly Film _film = new(options.ImageWidth, options.ImageHeight);

    public RgbImage Render(Scene scene, int index)
    {
        var image = new RgbImage(options.ImageWidth, options.ImageHeight);
        _film.Develop(_scene.Render(scene), scene.Film, new(options.Seed, RandomStream.Film, index), image.Pixels);
        return image;
    }
}
