using System.Runtime.InteropServices;

namespace Retrieval.Cli;

/// <summary>
/// Ctrl-C and the termination signal ask the running verb to stop at its next good place, such as between two files.
/// Asked a second time, the process ends at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public CancellationToken Token => _source.Token;

    /// <summary>What the process returns if it stopped because it was asked to.</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Interrupted;

    /// <summary>One that listens to this process's signals.</summary>
    public static Interruption OfThisProcess()
    {
        var interruption = new Interruption();
        interruption.Listen(PosixSignal.SIGINT, Cli.ExitCode.Interrupted);
        interruption.Listen(PosixSignal.SIGTERM, Cli.ExitCode.Terminated);
        return interruption;
    }

    /// <summary>Asks for a stop.</summary>
    /// <returns>False if that had been asked before.</returns>
    public bool Request(int exitCode)
    {
        if (_source.IsCancellationRequested)
            return false;
        ExitCode = exitCode;
        _source.Cancel();
        return true;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    // Cancelling the signal's own effect keeps the process alive; not cancelling it ends the process.
    private void Listen(PosixSignal signal, int exitCode) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = Request(exitCode)));
}
