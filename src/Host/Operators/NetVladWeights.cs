namespace Retrieval.Host;

/// <summary>NetVLAD's three free parameters (CVPR 2016, section 3.1), or their gradients.</summary>
/// <param name="Assignment">W [K + G, C]: a row for each of K clusters, then G ghosts, which take part in the softmax and are not aggregated.</param>
/// <param name="Bias">b [K + G], or none.</param>
/// <param name="Centroids">c [K, C].</param>
public readonly record struct NetVladWeights(Tensor Assignment, Tensor Bias, Tensor Centroids);
