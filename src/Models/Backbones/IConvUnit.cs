using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>A layer whose input may have another user beside it.</summary>
internal interface IConvUnit : ILayer
{
    /// <summary>As <see cref="ILayer.Backward"/>, the gradient of the input added to that of its other user.</summary>
    /// <param name="dy">Gradient of the output, used up.</param>
    /// <param name="pass">The pass that Forward ran in.</param>
    /// <param name="inputGradient">Whether the input's gradient is wanted.</param>
    /// <param name="addTo">When given, the input's gradient is added to this tensor, which is returned.</param>
    Tensor Backward(Tensor dy, Pass pass, bool inputGradient, Tensor addTo);
}
