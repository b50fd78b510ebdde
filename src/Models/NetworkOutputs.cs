using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>What a network makes of a batch, or the gradients of it; a part that is not there, or without a gradient, is <see cref="Tensor.None"/>.</summary>
/// <param name="Embedding">[N, D]: the pooled vectors, before any L2 normalisation.</param>
/// <param name="Neck">[N, D]: the embedding behind the batch-norm neck; none without one.</param>
/// <param name="Descriptors">[N, D']: unit rows, which retrieval compares.</param>
public readonly record struct NetworkOutputs(Tensor Embedding, Tensor Neck, Tensor Descriptors);
