using System.Collections;
using System.Globalization;
using Spectre.Console;

namespace Retrieval.Cli.Output;

/// <summary>Prints figures to standard output: tables for people, or JSON lines for programs.</summary>
internal sealed class Figures(TextWriter output, bool json)
{
    private readonly IAnsiConsole _console = Terminal.On(output);

    /// <summary>Prints the table with a line per row.</summary>
    public void Print(FigureTable table)
    {
        if (json)
            PrintJson(table);
        else
            Draw(table, Wide(table));
    }

    /// <summary>Prints the table with a line per column, for a few rows of many columns.</summary>
    public void PrintUpright(FigureTable table)
    {
        if (json)
            PrintJson(table);
        else
            Draw(table, Upright(table));
    }

    /// <summary>Prints one JSON line even when no JSON was asked for: the form of measurements that are always read by programs.</summary>
    public void PrintLine(params (string Key, object? Value)[] fields) => output.WriteLine(JsonLine.Of(fields));

    /// <summary>Prints a text as it is: for what has a form of its own.</summary>
    public void PrintText(string text) => output.WriteLine(text);

    private void PrintJson(FigureTable table)
    {
        foreach (var row in table.Rows)
            output.WriteLine(JsonLine.Of(table.Columns.Select((column, i) => (column.Key, row[i])).Prepend(("what", table.What))));
    }

    private void Draw(FigureTable table, Table drawn)
    {
        if (table.Title.Length > 0)
            _console.Write(new Text(table.Title + "\n", new Style(decoration: Decoration.Bold)));
        _console.Write(drawn);
    }

    private static Table Wide(FigureTable table)
    {
        var drawn = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var isNumber = table.Rows.Any(row => IsNumber(row[i]));
            drawn.AddColumn(new TableColumn(Markup.Escape(table.Columns[i].Header)) { Alignment = isNumber ? Justify.Right : Justify.Left });
        }
        foreach (var row in table.Rows)
            drawn.AddRow(table.Columns.Select((column, i) => new Text(TextOf(row[i], column.Format))));
        return drawn;
    }

    private static Table Upright(FigureTable table)
    {
        var drawn = new Table { Border = TableBorder.Simple }.HideHeaders();
        for (var i = 0; i <= table.Rows.Count; i++)
            drawn.AddColumn("");
        for (var i = 0; i < table.Columns.Count; i++)
            drawn.AddRow(table.Rows.Select(row => TextOf(row[i], table.Columns[i].Format, separator: "\n")).Prepend(table.Columns[i].Header).Select(text => new Text(text)));
        return drawn;
    }

    private static bool IsNumber(object? value) => value is int or long or float or double;

    private static string TextOf(object? value, string? format, string separator = ", ") => value switch
    {
        null => "-",
        bool truth => truth ? "yes" : "no",
        string text => text,
        IFormattable number => number.ToString(format, CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(separator, list.Cast<object?>().Select(item => TextOf(item, format)).DefaultIfEmpty("-")),
        _ => value.ToString() ?? "",
    };
}
