namespace Retrieval.Cli.Reproduce;

/// <summary>A small experiment that measures what one paper claims, on one kind of data.</summary>
internal interface IStudy
{
    /// <summary>The system's word on the command line.</summary>
    string System { get; }

    /// <summary>What it runs on: the generated world, or photographs.</summary>
    string Data { get; }

    /// <summary>What the paper says, in terms of the measures.</summary>
    IReadOnlyList<Claim> Claims { get; }

    /// <summary>Trains and measures once.</summary>
    /// <param name="lab">Decides everything that is drawn.</param>
    /// <returns>A value for every measure that the claims name.</returns>
    IReadOnlyDictionary<string, double> Run(Lab lab);
}
