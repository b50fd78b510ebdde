using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>
/// The batch-norm neck of re-identification networks: vectors [N, D] normalised per dimension and scaled, with a shift that stays 0. Parameters
/// <c>bottleneck.weight</c>, <c>bottleneck.bias</c> (fixed), <c>bottleneck.running_mean</c> and <c>bottleneck.running_var</c>.
/// </summary>
public sealed class NormNeck
{
    private const float Momentum = 0.1f;
    private const float Epsilon = 1e-5f;

    private readonly Parameter _gamma, _beta, _mean, _variance;

    /// <param name="parameters">Where the parameters are made.</param>
    /// <param name="dimension">D.</param>
    public NormNeck(ParameterSet parameters, int dimension)
    {
        var shape = new Shape(dimension);
        _gamma = parameters.Add("bottleneck.weight", ParameterRole.NormScale, shape, 1);
        _beta = parameters.Add("bottleneck.bias", ParameterRole.Statistic, shape);
        _mean = parameters.Add("bottleneck.running_mean", ParameterRole.Statistic, shape);
        _variance = parameters.Add("bottleneck.running_var", ParameterRole.Statistic, shape, 1);
    }

    /// <summary>Normalises; the caller keeps x and owns the result.</summary>
    /// <param name="x">[N, D].</param>
    /// <param name="real">Int32 [N], 0 for rows that only fill the batch: they count for nothing and give 0. None: all rows are real.</param>
    /// <param name="pass">With <see cref="PassMode.BatchStatistics"/> the batch's own statistics serve, else the stored ones.</param>
    public Tensor Forward(Tensor x, Tensor real, Pass pass)
    {
        var y = pass.Device.Rent(x.Shape);
        var mean = pass.Device.Rent(_gamma.Value.Shape);
        var invStd = pass.Device.Rent(_gamma.Value.Shape);
        pass.Operators.BatchNormRows(x, real, _gamma.Value, _beta.Value, _mean.Value, _variance.Value, Momentum, Epsilon, IsFrozen(pass), y, mean, invStd);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[x, real, mean, invStd])
            pass.Save(tensor);
        pass.Release(mean);
        pass.Release(invStd);
        return y;
    }

    /// <summary>Gradient of x, the caller's own; none where dy is none.</summary>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        Tensor invStd = pass.Restore(), mean = pass.Restore(), real = pass.Restore(), x = pass.Restore();
        if (dy.IsNone)
            return Tensor.None;
        var dx = pass.Device.Rent(x.Shape);
        pass.Operators.BatchNormRowsBackward(x, real, dy, _gamma.Value, mean, invStd, IsFrozen(pass), dx, _gamma.Gradient);
        return dx;
    }

    private static bool IsFrozen(Pass pass) => pass.Mode != PassMode.BatchStatistics;
}
