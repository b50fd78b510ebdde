namespace Retrieval.Host.Backends.Cpu;

/// <summary>Descriptors [M, D] in tuples with their labels, and the gradient that a loss over them fills. A few dozen rows: one thread.</summary>
internal readonly unsafe struct TupleGradients
{
    private readonly string _operator;
    private readonly float* _x, _dx;
    private readonly int* _labels;
    private readonly int _dimension;

    public TupleGradients(string operatorName, Tensor x, Tensor labels, Tensor dx)
    {
        _operator = operatorName;
        _x = x.Pointer<float>();
        _dx = dx.Pointer<float>();
        _labels = labels.Pointer<int>();
        (Rows, _dimension) = (x.Shape[0], x.Shape[1]);
        for (var row = 0; row < Rows; row++)
            new Span<float>(Gradient(row), _dimension).Clear();
    }

    public int Rows { get; }

    public TupleRole Role(int row) => _labels[row] switch
    {
        -1 => TupleRole.Query,
        1 => TupleRole.Positive,
        0 => TupleRole.Negative,
        2 => TupleRole.Ignored,
        var other => throw new OperatorException(_operator, $"row {row} has label {other}, expected -1 (query), 1 (positive), 0 (negative) or 2 (ignored)"),
    };

    /// <summary>The sum over dimensions of (a - b + shift)^2.</summary>
    public double SquaredDistance(int a, int b, float shift = 0) => LaneSums.SquaredDistance(Row(a), Row(b), shift, _dimension);

    /// <summary>Adds factor (a - b + shift) to the gradient of a row.</summary>
    public void Add(int row, double factor, int a, int b, float shift = 0) =>
        LaneSweep.Run(new DifferenceKernel((float)factor, Row(a), Row(b), shift, Gradient(row)), 0, _dimension);

    public OperatorException Misplaced(int row, string problem) => new(_operator, $"row {row} {problem}");

    private float* Row(int row) => _x + ((long)row * _dimension);

    private float* Gradient(int row) => _dx + ((long)row * _dimension);
}
