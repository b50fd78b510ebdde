namespace Retrieval.Cli.Output;

/// <summary>Progress as lines of text, for log files: one every few seconds, and one when the work is done.</summary>
internal sealed class PlainProgressReporter(TextWriter output, TimeProvider time) : IProgressReporter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();

    public IProgressTask Begin(string what, int total, string unit) => new Work(this, what, total, unit);

    public void Note(string line)
    {
        lock (_lock)
            output.WriteLine(line);
    }

    public void Dispose()
    {
    }

    private sealed class Work(PlainProgressReporter owner, string what, int total, string unit) : IProgressTask
    {
        private readonly long _start = owner._time.GetTimestamp();
        private TimeSpan _lastLine;
        private int _done;

        public void Report(int done)
        {
            lock (owner._lock)
            {
                _done = done;
                var elapsed = Elapsed;
                if (elapsed - _lastLine < Pause)
                    return;
                _lastLine = elapsed;
                var left = total > 0 && done > 0 ? $", {ProgressText.Duration(elapsed * ((total - done) / (double)done))} left" : "";
                owner.Note($"{what}: {done}{(total > 0 ? $" of {total}" : "")} {unit}, {ProgressText.Rate(done / elapsed.TotalSeconds, unit)}{left}");
            }
        }

        public void Dispose() =>
            owner.Note($"{what}: {_done} {unit} in {ProgressText.Duration(Elapsed)}, {ProgressText.Rate(_done / Elapsed.TotalSeconds, unit)}");

        private TimeSpan Elapsed => owner._time.GetElapsedTime(_start);
    }
}
