using Spectre.Console;

namespace Retrieval.Cli.Output;

/// <summary>Progress as bars with count, rate and time left. They are drawn while any work is shown, and stay when it has ended.</summary>
internal sealed class BarProgressReporter(IAnsiConsole console) : IProgressReporter
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _end;
    private Task _drawing = Task.CompletedTask;
    private ProgressContext? _context;
    private int _active;

    public IProgressTask Begin(string what, int total, string unit)
    {
        lock (_lock)
        {
            if (_active++ == 0)
                StartDrawing();
            var task = _context!.AddTask(Markup.Escape(what), maxValue: total > 0 ? total : int.MaxValue);
            task.IsIndeterminate = total <= 0;
            RateColumn.SetUnit(task, unit);
            return new Work(this, task);
        }
    }

    public void Note(string line) => console.WriteLine(line);

    public void Dispose()
    {
        lock (_lock)
            StopDrawing();
    }

    private void StartDrawing()
    {
        _end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var columns = new ProgressColumn[]
        {
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RateColumn(), new RemainingTimeColumn(),
        };
        _drawing = console.Progress().Columns(columns).StartAsync(context =>
        {
            _context = context;
            return _end.Task;
        });
    }

    private void StopDrawing()
    {
        _end?.TrySetResult();
        _drawing.GetAwaiter().GetResult();
        _end = null;
    }

    private void End(ProgressTask task)
    {
        lock (_lock)
        {
            if (task.IsIndeterminate)
                (task.MaxValue, task.IsIndeterminate) = (Math.Max(task.Value, 1), false);
            task.StopTask();
            if (--_active == 0)
                StopDrawing();
        }
    }

    private sealed class Work(BarProgressReporter owner, ProgressTask task) : IProgressTask
    {
        public void Report(int done) => task.Value = done;

        public void Dispose() => owner.End(task);
    }
}
