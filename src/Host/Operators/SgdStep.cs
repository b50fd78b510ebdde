namespace Retrieval.Host;

/// <summary>SGD's constants for one step: buffer = momentum * buffer + g (the first step sets buffer = g); w -= rate * buffer, or rate * (g + momentum * buffer) with Nesterov.</summary>
public readonly record struct SgdStep(bool First, float Momentum, bool Nesterov = false);
