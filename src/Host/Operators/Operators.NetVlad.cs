namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// NetVLAD (CVPR 2016, eq. 4): with x divided by max(|x|, 1e-12) at each location i where the state has scales, a_k(i) = softmax over k of
    /// W_k . x_i + b_k, V_k = sum_i a_k(i) (x_i - c_k), each V_k divided by max(|V_k|, 1e-12), all of them together likewise. The
    /// residuals of single locations are never stored: work memory is the state's and a few K x C for each image.
    /// </summary>
    /// <param name="x">[N, H, W, C], at least one location.</param>
    /// <param name="weights">W [K + G, C], b [K + G] or none, c [K, C]; K above 0, G 0 or above.</param>
    /// <param name="state">Receives what the backward pass needs; every tensor is overwritten.</param>
    /// <param name="y">[N, K C], cluster after cluster.</param>
    public void NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y)
    {
        RequireNetVlad(nameof(NetVlad), x, weights, state, y);
        _backend.NetVlad(x, weights, state, y);
    }

    /// <summary>Backward of <see cref="NetVlad"/>.</summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="weights">Parameters of the forward pass.</param>
    /// <param name="state">What the forward pass left.</param>
    /// <param name="y">Output of the forward pass [N, K C].</param>
    /// <param name="dy">Gradient [N, K C].</param>
    /// <param name="dx">Receives the gradient, shape of x.</param>
    /// <param name="gradients">Added to; each of its tensors may be none.</param>
    public void NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients)
    {
        const string op = nameof(NetVladBackward);
        RequireNetVlad(op, x, weights, state, y);
        Require.Shape(op, "dy", dy, y.Shape, _device);
        Require.Shape(op, "dx", dx, x.Shape, _device, x.Type);
        Require.Optional(op, "dW", gradients.Assignment, weights.Assignment.Shape, _device);
        Require.Optional(op, "db", gradients.Bias, new Shape(weights.Assignment.Shape[0]), _device);
        Require.Optional(op, "dc", gradients.Centroids, weights.Centroids.Shape, _device);
        _backend.NetVladBackward(x, weights, state, y, dy, dx, gradients);
    }

    private void RequireNetVlad(string op, Tensor x, NetVladWeights weights, NetVladState state, Tensor y)
    {
        Require.Map(op, "x", x, _device);
        int images = x.Shape[0], height = x.Shape[1], width = x.Shape[2], channels = x.Shape[3];
        Require.That(height > 0 && width > 0, op, $"x has shape {x.Shape}, expected at least one location");
        Require.Rank(op, "c", weights.Centroids, 2, _device);
        Require.Rank(op, "W", weights.Assignment, 2, _device);
        int real = weights.Centroids.Shape[0], all = weights.Assignment.Shape[0];
        Require.That(real > 0 && all >= real && weights.Centroids.Shape[1] == channels && weights.Assignment.Shape[1] == channels, op,
            $"W {weights.Assignment.Shape} and c {weights.Centroids.Shape} do not fit {channels} channels and at least one cluster, ghosts last");
        Require.Optional(op, "b", weights.Bias, new Shape(all), _device);
        Require.Optional(op, "scales", state.Scales, new Shape(images, height, width), _device);
        Require.Shape(op, "assignment", state.Assignment, new Shape(images, height, width, all), _device);
        Require.Shape(op, "mass", state.Mass, new Shape(images, real), _device);
        Require.Shape(op, "norms", state.Norms, new Shape(images, real), _device);
        Require.Shape(op, "y", y, new Shape(images, checked(real * channels)), _device);
    }
}
