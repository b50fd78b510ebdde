namespace Retrieval.Host;

/// <summary>
/// One parameter in an optimiser's step: weights, their gradient, the optimiser's state, and the parameter group's rate
/// and weight decay. Momentum is the SGD buffer or Adam's first moment; SecondMoment is Adam's alone. Working, where given, is a
/// BFloat16 tensor that receives the stepped weights, rounded: what a network computes with while the weights stay float32.
/// </summary>
public readonly record struct OptimizerSlot(Tensor Weights, Tensor Gradient, Tensor Momentum, Tensor SecondMoment, float Rate, float Decay, Tensor Working = default);
