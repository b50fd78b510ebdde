namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>The candidates of one query that one thread has found so far.</summary>
/// <param name="keys">Room for the candidates' <see cref="RankKey"/>s.</param>
/// <param name="capacity">Length of the room; when it is full the candidates are thinned.</param>
/// <param name="wanted">How many are kept then.</param>
/// <param name="count">Number of candidates.</param>
/// <param name="threshold">Score that a row must reach.</param>
internal readonly unsafe struct CandidateList(ulong* keys, int capacity, int wanted, int* count, float* threshold)
{
    public float* Threshold => threshold;

    public int Count => *count;

    /// <summary>All the room.</summary>
    public Span<ulong> Keys => new(keys, capacity);

    public void Clear(float initialThreshold)
    {
        *count = 0;
        *threshold = initialThreshold;
    }

    /// <summary>Adds a row; the rows that one thread adds only rise.</summary>
    public void Add(ulong key)
    {
        keys[(*count)++] = key;
        if (*count < capacity)
            return;
        Thin(capacity);
        // From now on an equal score loses to those that are kept: their rows come first.
        *threshold = MathF.BitIncrement(RankKey.Score(keys[wanted - 1]));
    }

    /// <summary>Keeps the best of the first <paramref name="filled"/> keys, as many as are wanted.</summary>
    public void Thin(int filled)
    {
        *count = Math.Min(filled, wanted);
        if (filled > wanted)
            TopSelection.Partition(Keys[..filled], wanted);
    }
}
