namespace Retrieval.Cli.Output;

/// <summary>One column of figures.</summary>
/// <param name="Key">Its name in JSON, in camel case with the unit, such as "medianMs".</param>
/// <param name="Header">Its name in a table, such as "median [ms]".</param>
/// <param name="Format">How a number is written in a table, such as "0.00"; JSON always has all its digits.</param>
internal sealed record FigureColumn(string Key, string Header, string? Format = null);
