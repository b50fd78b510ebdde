using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Kernels that pass over parameters and their gradients: as many as ResNet-50 has, 25.6 million in 50 tensors.</summary>
internal static class ParameterKernels
{
    private const int TensorCount = 50;

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        var each = new Shape(sizes.Of(512_000, 40));
        yield return Optimizer("optimizers sgd", each, 20, (operators, slots) => operators.Sgd(slots, new SgdStep(First: false, Momentum: 0.9f)));
        yield return Optimizer("optimizers adam", each, 28, (operators, slots) => operators.Adam(slots, new AdamStep(Step: 2)));
        yield return Optimizer("optimizers adam, bf16 copy", each, 30, (operators, slots) => operators.Adam(slots, new AdamStep(Step: 2)), working: true);
        yield return Over(each, "gradient_norm", 4, (tensors, gradients) =>
        {
            var norm = tensors.Empty(new Shape(1));
            return () => tensors.Operators.GradientNorm(gradients, norm);
        });
        yield return Over(each, "gradient_norm clip", 8, (tensors, gradients) =>
        {
            var norm = tensors.Constant(new Shape(1), 100);
            return () => tensors.Operators.ClipGradients(gradients, norm, 99.9f);
        });
        yield return FrozenNorm(new Shape(sizes.Of(512, 8), 3, 3, sizes.Of(512, 8)));
    }

    private static KernelCase Over(Shape each, string kernel, int bytesEach, Func<KernelTensors, Tensor[], Action> prepare) =>
        new(kernel, ElementType.Float32, new Shape(TensorCount, each[0]), new Work(bytesEach * TensorCount * each.Count),
            tensors => prepare(tensors, [.. Enumerable.Range(0, TensorCount).Select(_ => tensors.Random(each))]));

    private static KernelCase Optimizer(string kernel, Shape each, int bytesEach, Action<Operators, OptimizerSlot[]> step, bool working = false) => Over(each, kernel, bytesEach, (tensors, weights) =>
    {
        var slots = Array.ConvertAll(weights, w => new OptimizerSlot(w, tensors.Random(each), tensors.Zeros(each), tensors.Zeros(each), Rate: 1e-6f, Decay: 1e-4f,
            working ? tensors.Empty(each, ElementType.BFloat16) : Tensor.None));
        return () => step(tensors.Operators, slots);
    });

    /// <summary>The gradients: w, folded and dw are read and dw is written.</summary>
    private static KernelCase FrozenNorm(Shape w) => new("frozen_norm gradients", ElementType.Float32, w, new Work(4 * sizeof(float) * w.Count), tensors =>
    {
        var filters = new Shape(w[0]);
        Tensor weights = tensors.Random(w), folded = tensors.Random(w), dw = tensors.Zeros(w), one = tensors.Constant(filters, 1);
        Tensor dGamma = tensors.Zeros(filters), dBeta = tensors.Zeros(filters);
        return () => tensors.Operators.FrozenNormGradients(weights, folded, one, one, one, one, 1e-5f, dw, dGamma, dBeta);
    });
}
