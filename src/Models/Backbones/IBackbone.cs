using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>The convolutional part of a network: images [N, H, W, 3] to an activation map [N, H', W', C].</summary>
public interface IBackbone : IDisposable
{
    /// <summary>Channels C of the activation map.</summary>
    int OutputChannels { get; }

    /// <summary>Makes the network ready for inference with its parameters as they are; see <see cref="ConvNorm.Prepare"/>.</summary>
    void Prepare();

    /// <summary>Images to an activation map; the caller keeps the images and owns the map.</summary>
    Tensor Forward(Tensor images, Pass pass);

    /// <summary>Adds the parameters' gradients from that of the activation map, which it uses up.</summary>
    void Backward(Tensor dMap, Pass pass);
}
