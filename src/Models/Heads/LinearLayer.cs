using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>y = x w^T + bias for vectors [N, I] to [N, O]; parameters <c>name.weight</c> [O, I] and <c>name.bias</c> [O].</summary>
public sealed class LinearLayer(ParameterSet parameters, string name, int inputs, int outputs)
{
    public Parameter Weights { get; } = parameters.Add(name + ".weight", ParameterRole.Linear, new Shape(outputs, inputs));

    public Parameter Bias { get; } = parameters.Add(name + ".bias", ParameterRole.Bias, new Shape(outputs));

    /// <summary>The caller keeps x and owns the result.</summary>
    public Tensor Forward(Tensor x, Pass pass)
    {
        var y = pass.Device.Rent(new Shape(x.Shape[0], Weights.Value.Shape[0]));
        pass.Operators.Linear(x, Weights.Value, Bias.Value, y);
        pass.Save(x);
        return y;
    }

    /// <summary>Gradient of x, the caller's own, none where dy is none; parameter gradients are added to.</summary>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        var x = pass.Restore();
        if (dy.IsNone)
            return Tensor.None;
        var dx = pass.Device.Rent(x.Shape);
        pass.Operators.MatrixProduct(dy, Weights.Value, dx);
        pass.Operators.MatrixProduct(dy, x, Weights.Gradient, transposeA: true, accumulate: true);
        pass.Operators.ColumnSum(dy, Bias.Gradient, accumulate: true);
        return dx;
    }
}
