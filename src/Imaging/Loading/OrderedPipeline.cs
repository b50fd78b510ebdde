namespace Retrieval.Imaging.Loading;

/// <summary>
/// Computes items 0 .. count-1 (decoded images, batches) on threads of its own and yields them in order. At most a window of them is
/// ahead of the consumer, so memory is bounded and work runs beside whatever the consumer does between two items.
/// </summary>
public sealed class OrderedPipeline<T> : IDisposable
{
    private readonly int _count;
    private readonly Func<int, T> _compute;
    private readonly TaskCompletionSource<T>[] _slots;
    private readonly SemaphoreSlim _permits;
    private readonly CancellationTokenSource _stop;
    private readonly Thread[] _threads;
    private int _claimed = -1;
    private int _consumed;

    /// <summary>Starts at once.</summary>
    /// <param name="count">Items to compute.</param>
    /// <param name="compute">Computes an item from its index; called on several threads.</param>
    /// <param name="threads">Threads beside the consumer's.</param>
    /// <param name="window">Most items that are finished or under way and not yet consumed.</param>
    /// <param name="cancellation">Stops the threads and the consumer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, or no thread or no window.</exception>
    public OrderedPipeline(int count, Func<int, T> compute, int threads, int window, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        (_count, _compute) = (count, compute);
        _slots = new TaskCompletionSource<T>[window];
        for (var i = 0; i < window; i++)
            _slots[i] = new TaskCompletionSource<T>();
        _permits = new SemaphoreSlim(window);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _threads = new Thread[Math.Min(threads, Math.Min(window, count))];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = "pipeline " + i };
            _threads[i].Start();
        }
    }

    /// <summary>The items in order, each once: a second enumeration goes on where the first stopped.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <remarks>An exception of an item is thrown at its place.</remarks>
    public IEnumerable<T> Items()
    {
        while (_consumed < _count)
        {
            var slot = _consumed++ % _slots.Length;
            var task = _slots[slot].Task;
            Task.WaitAny([task], _stop.Token);
            // Whoever takes the permit finds the slot empty.
            _slots[slot] = new TaskCompletionSource<T>();
            _permits.Release();
            yield return task.GetAwaiter().GetResult();
        }
    }

    /// <summary>Stops the threads and waits for the items under way.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var thread in _threads)
            thread.Join();
        _permits.Dispose();
        _stop.Dispose();
    }

    private void Work()
    {
        try
        {
            while (true)
            {
                _permits.Wait(_stop.Token);
                var index = Interlocked.Increment(ref _claimed);
                if (index >= _count)
                    return;
                Fill(_slots[index % _slots.Length], index);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The consumer left or was cancelled; it knows.
        }
    }

    private void Fill(TaskCompletionSource<T> slot, int index)
    {
        try
        {
            slot.SetResult(_compute(index));
        }
        catch (Exception failure)
        {
            slot.SetException(failure);
        }
    }
}
