namespace Retrieval.Cli;

/// <summary>What the process returns. An interrupted run returns 128 plus the signal's number, as shells expect.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int OurFault = 1;
    public const int UsersMistake = 2;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
