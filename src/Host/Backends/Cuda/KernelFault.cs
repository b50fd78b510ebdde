namespace Retrieval.Host.Backends.Cuda;

/// <summary>What a kernel reports of data that only it could see, by the codes and the layout of fault.cuh.</summary>
internal readonly record struct KernelFault(int Code, int RowLow, int RowHigh, int Value)
{
    private long Row => ((long)RowHigh << 32) | (uint)RowLow;

    /// <summary>The exception that the same data meets on the processor.</summary>
    public OperatorException ToException() => Code switch
    {
        1 => new("ContrastiveLoss", UnknownLabel),
        2 => new("ContrastiveLoss", $"row {Row} stands before the first query (label -1)"),
        3 => new("TripletLoss", UnknownLabel),
        4 => new("TripletLoss", $"row {Row} is a positive (label 1) that does not follow its query (label -1)"),
        5 => new("TripletLoss", $"row {Row} is a negative (label 0) or ignored (label 2) without a query (label -1) and its positive (label 1) before it"),
        6 => new("GatherRows", $"place {Row} names row {Value}, past the last"),
        7 => new("ScatterAddRows", $"place {Row} names row {Value}, past the last"),
        8 => new("CenterLoss", $"row {Row} has label {Value}, which is no class"),
        9 => new("CrossEntropy", $"row {Row} has label {Value}, which is no class"),
        10 => new("MarginLoss", $"row {Row} is paired with row {Value}, past the last"),
        _ => new("a kernel", $"fault {Code} at row {Row}, value {Value}"),
    };

    private string UnknownLabel => $"row {Row} has label {Value}, expected -1 (query), 1 (positive), 0 (negative) or 2 (ignored)";
}
