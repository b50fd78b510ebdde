namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>A row of the table of optimizers.cu: a parameter, its state, and what the step does with it. 64 bytes.</summary>
internal readonly record struct OptimizerRow(nint Weights, nint Gradient, nint Momentum, nint SecondMoment, nint Working, long Count, float Rate, float Decay, float Keep, float SecondScale);
