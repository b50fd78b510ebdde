namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// Householder's reduction of a symmetric matrix to tridiagonal form: Q^T A Q = T with Q = H_0 H_1 ... H_(n-3), H_j = I - tau_j v_j v_j^T.
/// Half the work is a matrix-vector product a column; the other half is delayed over a panel of columns and applied as
/// one symmetric product A -= V W^T + W V^T (Dongarra, Sorensen, Hammarling 1989).
/// </summary>
internal sealed class Tridiagonalisation
{
    private const int PanelColumns = 32;

    private readonly Matrix _a;
    private readonly Workers _workers;

    /// <summary>Rows of v, w and v again for one panel: rows from 0 are [V; W] and rows from PanelColumns are [W; V].</summary>
    private readonly Matrix _panel;

    private readonly SymmetricVectorProduct _product;

    private Tridiagonalisation(Matrix a, Workers workers)
    {
        (_a, _workers) = (a, workers);
        _panel = Matrix.Zero(3 * PanelColumns, a.Columns);
        _product = new SymmetricVectorProduct(a, workers);
        Diagonal = new double[a.Rows];
        OffDiagonal = new double[Math.Max(a.Rows - 1, 0)];
        Factors = new double[Math.Max(a.Rows - 2, 0)];
    }

    /// <summary>T[i, i].</summary>
    public double[] Diagonal { get; }

    /// <summary>T[i, i + 1].</summary>
    public double[] OffDiagonal { get; }

    /// <summary>tau_j of the reflectors.</summary>
    public double[] Factors { get; }

    /// <summary>
    /// Reduces a row-major matrix [n, n], of which only the upper triangle is read. Afterwards row j holds v_j right of the
    /// diagonal (its first entry, 1, included); the rest is undefined.
    /// </summary>
    public static Tridiagonalisation Reduce(Matrix a, Workers workers)
    {
        var result = new Tridiagonalisation(a, workers);
        var n = a.Rows;
        for (var first = 0; first < n - 2; first += PanelColumns)
            result.ReducePanel(first, Math.Min(PanelColumns, n - 2 - first));
        for (var j = Math.Max(n - 2, 0); j < n; j++)
        {
            result.Diagonal[j] = a[j, j];
            if (j < n - 1)
                result.OffDiagonal[j] = a[j, j + 1];
        }
        return result;
    }

    private void ReducePanel(int first, int columns)
    {
        for (var k = 0; k < columns; k++)
        {
            var j = first + k;
            BringRowUpToDate(first, k);
            Diagonal[j] = _a[j, j];
            var v = _a.Row(j, j + 1);
            (Factors[j], OffDiagonal[j]) = Householder.Make(v);
            MakeW(first, k, v);
        }
        ApplyPanel(first, columns);
    }

    /// <summary>Row first + k as it stands after the panel's reflectors before it.</summary>
    private void BringRowUpToDate(int first, int k)
    {
        var j = first + k;
        var row = _a.Row(j, j);
        for (var q = 0; q < k; q++)
        {
            Span<double> v = _a.Row(first + q, j), w = W(q, j);
            VectorOperations.AddScaled(row, -v[0], w);
            VectorOperations.AddScaled(row, -w[0], v);
        }
    }

    /// <summary>w = tau (A v) - tau^2 (v^T A v) v / 2 with the A that the panel's earlier reflectors have made.</summary>
    private void MakeW(int first, int k, ReadOnlySpan<double> v)
    {
        var j = first + k;
        var w = W(k, j + 1);
        _product.Multiply(j + 1, v, w);
        for (var q = 0; q < k; q++)
        {
            Span<double> earlierV = _a.Row(first + q, j + 1), earlierW = W(q, j + 1);
            double alongV = VectorOperations.Dot(earlierV, v), alongW = VectorOperations.Dot(earlierW, v);
            VectorOperations.AddScaled(w, -alongW, earlierV);
            VectorOperations.AddScaled(w, -alongV, earlierW);
        }
        var tau = Factors[j];
        VectorOperations.Scale(w, tau);
        VectorOperations.AddScaled(w, -0.5 * tau * VectorOperations.Dot(w, v), v);
    }

    private void ApplyPanel(int first, int columns)
    {
        int next = first + columns, rest = _a.Rows - next;
        for (var k = 0; k < columns; k++)
        {
            var v = _a.Row(first + k, next);
            v.CopyTo(_panel.Row(k, next));
            v.CopyTo(_panel.Row((2 * PanelColumns) + k, next));
        }
        if (columns == PanelColumns)
            Subtract(0, PanelColumns, 2 * PanelColumns);
        else
        {
            Subtract(0, PanelColumns, columns);
            Subtract(PanelColumns, 2 * PanelColumns, columns);
        }

        void Subtract(int left, int right, int depth) => MatrixProduct.AddSymmetric(
            _a.Block(next, next, rest, rest), -1, _panel.Block(left, next, depth, rest).Transposed, _panel.Block(right, next, depth, rest), _workers);
    }

    private Span<double> W(int k, int from) => _panel.Row(PanelColumns + k, from);
}
