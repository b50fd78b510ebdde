namespace Retrieval.Datasets.Places;

/// <summary>A field of a MATLAB structure; what it does not hold is null.</summary>
/// <param name="Rows">First extent.</param>
/// <param name="Columns">Second extent.</param>
/// <param name="Numbers">Column after column.</param>
/// <param name="Text">Characters.</param>
/// <param name="Cells">Texts of a cell array.</param>
internal sealed record MatValue(int Rows, int Columns, double[]? Numbers, string? Text, string[]? Cells);
