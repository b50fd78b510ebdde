namespace Retrieval.Index.Exact;

/// <summary>Keeps the best candidates of a stream: collects until the buffer is full, sorts, drops the rest, goes on.</summary>
/// <param name="buffer">Room for more than <paramref name="wanted"/> candidates, or for all that will be offered.</param>
/// <param name="wanted">How many to keep.</param>
internal ref struct TopSelection(Span<Candidate> buffer, int wanted)
{
    private readonly Span<Candidate> _buffer = buffer;
    private int _count;
    private bool _selective;

    public void Offer(Candidate candidate)
    {
        if (_selective && candidate.CompareTo(_buffer[wanted - 1]) > 0)
            return;
        if (_count == _buffer.Length)
            Shrink();
        _buffer[_count++] = candidate;
    }

    /// <summary>The best, at most as many as wanted, best first.</summary>
    public ReadOnlySpan<Candidate> Finish()
    {
        Shrink();
        return _buffer[.._count];
    }

    private void Shrink()
    {
        _buffer[.._count].Sort();
        _count = Math.Min(_count, wanted);
        _selective = _count == wanted;
    }
}
