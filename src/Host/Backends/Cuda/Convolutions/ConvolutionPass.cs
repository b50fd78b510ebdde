namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>What is computed of a convolution.</summary>
internal enum ConvolutionPass : byte
{
    Forward,
    InputGradient,
    WeightGradient,
}
