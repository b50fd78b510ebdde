using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Convolutions of ResNet-50 at 224 x 224 with their gradients. On a GPU they are the library's; float32 maps are rounded as the device's precision says.</summary>
internal static class ConvolutionKernels
{
    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        var images = sizes.Of(256, 2);
        var stem = new Layer("stem", new Shape(images, sizes.Of(224, 14), sizes.Of(224, 14), 3), sizes.Of(64, 8), ConvolutionGeometry.Square(7, 2, 3));
        Layer[] layers =
        [
            stem,
            new("1x1", new Shape(images, sizes.Of(56, 4), sizes.Of(56, 4), sizes.Of(64, 8)), sizes.Of(256, 16), ConvolutionGeometry.Square(1)),
            new("1x1", new Shape(images, sizes.Of(14, 3), sizes.Of(14, 3), sizes.Of(1024, 16)), sizes.Of(256, 8), ConvolutionGeometry.Square(1)),
            new("3x3", new Shape(images, sizes.Of(56, 4), sizes.Of(56, 4), sizes.Of(64, 8)), sizes.Of(64, 8), ConvolutionGeometry.Square(3, 1, 1)),
            new("3x3", new Shape(images, sizes.Of(14, 3), sizes.Of(14, 3), sizes.Of(256, 16)), sizes.Of(256, 16), ConvolutionGeometry.Square(3, 1, 1)),
        ];
        foreach (var type in (ElementType[])[ElementType.BFloat16, ElementType.Float32])
            foreach (var layer in layers)
            {
                yield return Forward(layer, type);
                // Nothing is learnt from the gradient of photographs.
                if (layer != stem)
                    yield return InputGradient(layer, type);
                yield return WeightGradient(layer, type);
            }
    }

    private static KernelCase Forward(Layer layer, ElementType type) => layer.Case("forward", type, tensors =>
    {
        Tensor x = tensors.Random(layer.Input, type), w = tensors.Random(layer.Weights), y = tensors.Empty(layer.Output, type);
        return () => tensors.Operators.Convolution(x, w, layer.Window, y);
    });

    private static KernelCase InputGradient(Layer layer, ElementType type) => layer.Case("input gradient", type, tensors =>
    {
        Tensor dy = tensors.Random(layer.Output, type), w = tensors.Random(layer.Weights), dx = tensors.Empty(layer.Input, type);
        return () => tensors.Operators.ConvolutionInputGradient(dy, w, Tensor.None, layer.Window, dx);
    });

    private static KernelCase WeightGradient(Layer layer, ElementType type) => layer.Case("weight gradient", type, tensors =>
    {
        Tensor x = tensors.Random(layer.Input, type), dy = tensors.Random(layer.Output, type), dw = tensors.Empty(layer.Weights);
        return () => tensors.Operators.ConvolutionWeightGradient(x, dy, layer.Window, dw);
    });

    /// <summary>A layer of the network.</summary>
    private sealed record Layer(string Name, Shape Input, int Filters, ConvolutionGeometry Window)
    {
        public Shape Weights => new(Filters, Window.KernelHeight, Window.KernelWidth, Input.Last);

        public Shape Output => Window.OutputShape(Input, Filters);

        /// <summary>One of its passes: each reads two of the three tensors and writes the third; a product and an addition for each element of each window.</summary>
        public KernelCase Case(string pass, ElementType type, Func<KernelTensors, Action> prepare)
        {
            var work = new Work(((Input.Count + Output.Count) * type.ByteSize()) + (Weights.Count * sizeof(float)), 2 * Output.Count * (Weights.Count / Filters));
            return new KernelCase($"{KernelCase.Convolution} {Name} {pass}", type, Input, work, prepare);
        }
    }
}
