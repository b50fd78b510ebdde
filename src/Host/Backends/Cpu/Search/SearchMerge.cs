namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>Ranks the candidates that all threads kept of one query, together with earlier results where these stay in the running.</summary>
internal readonly unsafe struct SearchMerge(SearchMemory memory, float* scores, long* rows, int wanted, long firstRow, bool merge) : IParallelBody
{
    public void Run(int index, int worker)
    {
        var keys = Gather(index);
        keys.Sort();
        var bestScores = new Span<float>(scores + ((long)index * wanted), wanted);
        var bestRows = new Span<long>(rows + ((long)index * wanted), wanted);
        if (merge)
            MergeInto(bestScores, bestRows, keys);
        else
            Write(bestScores, bestRows, keys);
    }

    /// <summary>Brings the candidates of a query together in the first thread's memory, thinned to as many as are wanted.</summary>
    private Span<ulong> Gather(int query)
    {
        var all = memory.List(0, query);
        all.Thin(all.Count);
        for (var thread = 1; thread < memory.Threads; thread++)
        {
            var more = memory.List(thread, query);
            more.Thin(more.Count);
            more.Keys[..more.Count].CopyTo(all.Keys[all.Count..]);
            all.Thin(all.Count + more.Count);
        }
        return all.Keys[..all.Count];
    }

    private void Write(Span<float> bestScores, Span<long> bestRows, Span<ulong> keys)
    {
        for (var i = 0; i < wanted; i++)
        {
            var found = i < keys.Length;
            var key = found ? keys[keys.Length - 1 - i] : 0;
            bestScores[i] = found ? RankKey.Score(key) : float.NegativeInfinity;
            bestRows[i] = found ? firstRow + RankKey.Row(key) : -1;
        }
    }

    /// <summary>
    /// Merges ranked keys into ranked results in place, from the worst place upwards: first count how many of each survive, then move.
    /// </summary>
    private void MergeInto(Span<float> bestScores, Span<long> bestRows, Span<ulong> keys)
    {
        int held = 0, old = 0, fresh = 0;
        while (held < wanted && bestRows[held] >= 0)
            held++;
        while (old + fresh < wanted && (old < held || fresh < keys.Length))
        {
            if (fresh == keys.Length || (old < held && Precedes(bestScores[old], bestRows[old], keys[keys.Length - 1 - fresh])))
                old++;
            else
                fresh++;
        }
        for (int place = old + fresh - 1; fresh > 0; place--)
        {
            var key = keys[keys.Length - fresh];
            if (old > 0 && !Precedes(bestScores[old - 1], bestRows[old - 1], key))
            {
                old--;
                (bestScores[place], bestRows[place]) = (bestScores[old], bestRows[old]);
            }
            else
            {
                fresh--;
                (bestScores[place], bestRows[place]) = (RankKey.Score(key), firstRow + RankKey.Row(key));
            }
        }
    }

    private bool Precedes(float score, long row, ulong key)
    {
        // Both sides are ranked by score alone first: the key of row 0 stands for the score.
        ulong left = RankKey.Of(score, 0) >> 32, right = key >> 32;
        return left > right || (left == right && row <= firstRow + RankKey.Row(key));
    }
}
