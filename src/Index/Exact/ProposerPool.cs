using Retrieval.Index.Storage;

namespace Retrieval.Index.Exact;

/// <summary>Proposers that no search uses at the moment, the one used last at the end. Few are kept: an index is mostly asked in the same few ways.</summary>
internal sealed class ProposerPool(FlatStore store) : IDisposable
{
    private const int CountLimit = 16;
    private const long ByteLimit = 256L << 20;

    private readonly Lock _gate = new();
    private readonly List<Proposer> _idle = new(CountLimit + 1);

    /// <summary>Lends a proposer to one search, which gives it back by <see cref="Return"/>.</summary>
    public Proposer Rent(int queryCount, int proposals)
    {
        lock (_gate)
            for (var i = _idle.Count - 1; i >= 0; i--)
                if (_idle[i] is var found && found.QueryCount == queryCount && found.Proposals == proposals)
                {
                    _idle.RemoveAt(i);
                    return found;
                }
        return new Proposer(store, queryCount, proposals);
    }

    public void Return(Proposer proposer)
    {
        lock (_gate)
        {
            _idle.Add(proposer);
            while (_idle.Count > CountLimit || (_idle.Count > 1 && ByteCount > ByteLimit))
            {
                _idle[0].Dispose();
                _idle.RemoveAt(0);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var proposer in _idle)
                proposer.Dispose();
            _idle.Clear();
        }
    }

    private long ByteCount
    {
        get
        {
            var sum = 0L;
            foreach (var proposer in _idle)
                sum += proposer.ByteCount;
            return sum;
        }
    }
}
