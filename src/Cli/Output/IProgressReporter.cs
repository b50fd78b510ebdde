namespace Retrieval.Cli.Output;

/// <summary>Shows how far long work has come. It writes to standard error, so that standard output holds figures alone.</summary>
internal interface IProgressReporter : IDisposable
{
    /// <summary>Starts showing a piece of work; dispose what is returned when it ends. Several may run at once.</summary>
    /// <param name="what">The work in a word or two, such as "extract".</param>
    /// <param name="total">How many units there are; 0 if that is not known.</param>
    /// <param name="unit">What is counted, in the plural, such as "images".</param>
    IProgressTask Begin(string what, int total, string unit);

    /// <summary>Prints one line of remark without disturbing what is shown.</summary>
    void Note(string line);
}
