using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>One link of a backbone's chain.</summary>
internal interface ILayer : IDisposable
{
    /// <summary>Makes the layer ready for inference with its parameters as they are; see <see cref="ConvNorm.Prepare"/>.</summary>
    void Prepare();

    /// <summary>x [N, H, W, C] to y; the caller keeps x and owns y.</summary>
    Tensor Forward(Tensor x, Pass pass);

    /// <summary>Adds the parameters' gradients from that of the output, which it uses up.</summary>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="pass">The pass that Forward ran in.</param>
    /// <param name="inputGradient">Whether the input's gradient is wanted.</param>
    /// <returns>Gradient of the input, the caller's own; none when not wanted.</returns>
    Tensor Backward(Tensor dy, Pass pass, bool inputGradient);
}
