using Retrieval.Datasets.World.Scenes;

namespace Retrieval.Datasets.World.Rendering;

/// <summary>From scene to bytes for one image size; reuses its buffers, so one thread at a time.</summary>
internal sealed class ViewRenderer(WorldOptions options)
{
    private readonly SceneRenderer _scene = new(options.ImageWidth, options.ImageHeight);
    private readonly Film _film = new(options.ImageWidth, options.ImageHeight);

    /// <summary>RGB bytes in row order.</summary>
    public byte[] Render(Scene scene, int index)
    {
        var pixels = new byte[3 * options.ImageWidth * options.ImageHeight];
        _film.Develop(_scene.Render(scene), scene.Film, new(options.Seed, RandomStream.Film, index), pixels);
        return pixels;
    }
}
