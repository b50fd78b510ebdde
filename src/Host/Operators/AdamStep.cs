namespace Retrieval.Host;

/// <summary>Adam's constants for one step. Step counts from 1; Decoupled multiplies the weights by 1 - rate * decay (AdamW) instead of adding decay * w to the gradient.</summary>
public readonly record struct AdamStep(int Step, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, bool Decoupled = false);
