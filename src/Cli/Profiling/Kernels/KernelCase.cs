using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>One call of an operator at one size.</summary>
/// <param name="Kernel">The kernels' file and which of its passes: "gem_pool backward"; or, where a library computes on a GPU, one of the words below.</param>
/// <param name="Type">Element type of what it moves.</param>
/// <param name="Shape">Shape of its principal tensor.</param>
/// <param name="Work">What its kernels have to move and to compute, as the head of their file states it.</param>
/// <param name="Prepare">Makes the tensors of one call, and the call. It is asked several times, for tensors that are not in a cache.</param>
internal sealed record KernelCase(string Kernel, ElementType Type, Shape Shape, Work Work, Func<KernelTensors, Action> Prepare)
{
    /// <summary>First words of what a library computes where there is one: convolutions, and products that are large enough.</summary>
    public const string Convolution = "convolution", Product = "product";
}
