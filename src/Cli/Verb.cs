using System.CommandLine;

namespace Retrieval.Cli;

/// <summary>
/// One verb of the command. A verb declares its options as fields, adds them in its constructor, reads them through the
/// session, and returns or throws: see <see cref="CommandLine"/> for what becomes of exceptions.
/// </summary>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Does the work.</summary>
    /// <returns>The process's exit code.</returns>
    public abstract int Run(Session session);
}
