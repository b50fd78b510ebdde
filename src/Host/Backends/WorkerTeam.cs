using System.Runtime.ExceptionServices;

namespace Retrieval.Host.Backends;

/// <summary>
/// A fixed team of threads that runs loops without allocating. The caller is worker 0 and takes part. Only one loop runs
/// on the team at a time: a loop inside a loop, or one that finds the team busy (another thread searches at the same moment),
/// runs on its caller alone as worker 0. Scratch memory therefore belongs to a call, never to the team.
/// </summary>
internal sealed unsafe class WorkerTeam : IDisposable
{
    // In the gate: a loop is open to workers. The rest of it counts the workers inside.
    private const int Open = 1 << 30;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _busy = new();
    private delegate*<void*, int, int, void> _run;
    private void* _body;
    private int _count;
    private int _next;
    private int _gate;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _stop;

    public WorkerTeam(int size)
    {
        Size = size;
        _threads = new Thread[size - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"retrieval-{worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that compute, the caller included.</summary>
    public int Size { get; }

    /// <summary>Runs pieces 0 to count - 1 of a loop and returns when all are done. The first exception of a piece is thrown here.</summary>
    public void For<TBody>(int count, TBody body) where TBody : struct, IParallelBody
    {
        if (count <= 1 || Size == 1 || _busy.IsHeldByCurrentThread || !_busy.TryEnter())
        {
            for (var i = 0; i < count; i++)
                body.Run(i, 0);
            return;
        }
        try
        {
#pragma warning disable CS8500 // The body lies on this stack frame, which outlives the loop; workers only borrow its address.
            _body = &body;
#pragma warning restore CS8500
            _run = &Invoke<TBody>;
            _count = count;
            _failure = null;
            Volatile.Write(ref _next, 0);
            Volatile.Write(ref _gate, Open);
            Wake();
            RunPieces(0);
            // Who is not here by now finds the gate closed: a worker that the system wakes late keeps nobody waiting.
            Interlocked.And(ref _gate, ~Open);
            var spinner = new SpinWait();
            while (Volatile.Read(ref _gate) > 0)
                spinner.SpinOnce(sleep1Threshold: -1);
            _failure?.Throw();
        }
        finally
        {
            _busy.Exit();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stop)
            return;
        _stop = true;
        _wake.Release(Math.Max(1, _threads.Length));
        foreach (var thread in _threads)
            thread.Join();
        _wake.Dispose();
    }

    private static void Invoke<TBody>(void* body, int index, int worker) where TBody : struct, IParallelBody
    {
#pragma warning disable CS8500
        ((TBody*)body)->Run(index, worker);
#pragma warning restore CS8500
    }

    private void Work(int worker)
    {
        while (true)
        {
            _wake.Wait();
            if (_stop)
                return;
            if (!TryEnter())
                continue;
            RunPieces(worker);
            Interlocked.Decrement(ref _gate);
        }
    }

    private void Wake()
    {
        var asleep = _threads.Length - _wake.CurrentCount;
        if (asleep > 0)
            _wake.Release(asleep);
    }

    private bool TryEnter()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _gate);
            if ((seen & Open) == 0)
                return false;
        }
        while (Interlocked.CompareExchange(ref _gate, seen + 1, seen) != seen);
        return true;
    }

    private void RunPieces(int worker)
    {
        try
        {
            for (var index = Interlocked.Increment(ref _next) - 1; index < _count; index = Interlocked.Increment(ref _next) - 1)
                _run(_body, index, worker);
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _next, _count);
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
