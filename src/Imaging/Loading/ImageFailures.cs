namespace Retrieval.Imaging.Loading;

/// <summary>The images of a run that could not be read, with the reason of each. Thread-safe.</summary>
public sealed class ImageFailures
{
    private readonly Lock _lock = new();
    private readonly List<ImageFailure> _items = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _items.Count;
        }
    }

    /// <summary>A copy of the failures so far, by path: threads do not decide the order.</summary>
    public IReadOnlyList<ImageFailure> Items
    {
        get
        {
            lock (_lock)
                return [.. _items.OrderBy(item => item.Path, StringComparer.Ordinal)];
        }
    }

    public void Add(string path, string reason)
    {
        lock (_lock)
            _items.Add(new ImageFailure(path, reason));
    }
}
