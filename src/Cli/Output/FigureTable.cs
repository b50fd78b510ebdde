namespace Retrieval.Cli.Output;

/// <summary>Rows of figures under named columns. Values are texts, numbers, truth values, lists of texts, or null.</summary>
/// <param name="what">What a row is, the first field of each JSON line, such as "eval".</param>
/// <param name="title">The line above a table; empty for none.</param>
/// <param name="columns">The columns, in their order.</param>
internal sealed class FigureTable(string what, string title, params FigureColumn[] columns)
{
    private readonly List<object?[]> _rows = [];

    public string What => what;

    public string Title => title;

    public IReadOnlyList<FigureColumn> Columns => columns;

    public IReadOnlyList<object?[]> Rows => _rows;

    /// <summary>Adds a row with one value per column.</summary>
    public FigureTable Add(params object?[] values)
    {
        if (values.Length != columns.Length)
            throw new ArgumentException($"table '{what}': expected {columns.Length} values, got {values.Length}", nameof(values));
        _rows.Add(values);
        return this;
    }
}
