namespace Retrieval.Training.Recording;

/// <summary>What is kept for a few shapes of work; the one that was not used for longest makes way for a new one.</summary>
internal sealed class ShapeCache<TShape, TEntry>(int capacity, Func<TShape, TEntry> make) : IDisposable
    where TShape : struct, IEquatable<TShape>
    where TEntry : class, IDisposable
{
    /// <summary>Latest use first.</summary>
    private readonly List<(TShape Shape, TEntry Entry)> _entries = new(capacity);

    /// <summary>What is kept for a shape; made if there is none.</summary>
    public TEntry this[TShape shape]
    {
        get
        {
            var index = 0;
            while (index < _entries.Count && !_entries[index].Shape.Equals(shape))
                index++;
            if (index == _entries.Count)
                return Add(shape);
            var found = _entries[index];
            _entries.RemoveAt(index);
            _entries.Insert(0, found);
            return found.Entry;
        }
    }

    public void ForEach(Action<TEntry> action)
    {
        foreach (var (_, entry) in _entries)
            action(entry);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ForEach(entry => entry.Dispose());
        _entries.Clear();
    }

    private TEntry Add(TShape shape)
    {
        if (_entries.Count == capacity)
        {
            _entries[^1].Entry.Dispose();
            _entries.RemoveAt(capacity - 1);
        }
        var entry = make(shape);
        _entries.Insert(0, (shape, entry));
        return entry;
    }
}
