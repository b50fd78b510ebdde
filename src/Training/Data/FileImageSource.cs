using Retrieval.Imaging;

namespace Retrieval.Training.Data;

/// <summary>
/// Images in files. What was decoded and resized once is kept in memory until a limit is reached, so that small sets are decoded once
/// for a whole training.
/// </summary>
/// <param name="paths">Files.</param>
/// <param name="sizing">How they are resized.</param>
/// <param name="boxes">Region of interest (x1, y1, x2, y2) of each image in its own pixels; null for none.</param>
/// <param name="cacheByteLimit">Bytes of resized images to keep; 0 keeps none.</param>
/// <param name="quarterTurns">By how many quarters of a circle each image is turned with the clock first; null for none.</param>
public sealed class FileImageSource(IReadOnlyList<string> paths, ImageSizing sizing,
    IReadOnlyList<(double Left, double Top, double Right, double Bottom)?>? boxes = null, long cacheByteLimit = 0, IReadOnlyList<int>? quarterTurns = null) : IImageSource
{
    private readonly RgbImage?[] _cache = new RgbImage?[cacheByteLimit > 0 ? paths.Count : 0];
    private readonly Lock _gate = new();
    private long _cachedByteCount;

    public int Count => paths.Count;

    public string Name(int index) => paths[index];

    public RgbImage Load(int index)
    {
        if (_cache.Length > 0 && Volatile.Read(ref _cache[index]) is { } cached)
            return cached;
        var image = ImageDecoder.Decode(paths[index]);
        for (var turn = 0; turn < (quarterTurns?[index] ?? 0); turn++)
            image = image.TurnRight();
        var sized = boxes?[index] is { } box ? sizing.Apply(image, box) : sizing.Apply(image);
        if (_cache.Length > 0)
            Keep(index, sized);
        return sized;
    }

    private void Keep(int index, RgbImage image)
    {
        lock (_gate)
        {
            // Two threads may have loaded the same image: the second changes nothing.
            if (_cache[index] is not null || _cachedByteCount + image.Pixels.Length > cacheByteLimit)
                return;
            _cachedByteCount += image.Pixels.Length;
            Volatile.Write(ref _cache[index], image);
        }
    }
}
