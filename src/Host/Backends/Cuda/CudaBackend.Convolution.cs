namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue) => throw NoConvolution(nameof(Convolution));

    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue) => throw NoConvolution(nameof(Convolution));

    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type) => throw NoConvolution(nameof(PrepareConvolution));

    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate) => throw NoConvolution(nameof(ConvolutionInputGradient));

    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate) => throw NoConvolution(nameof(ConvolutionWeightGradient));

    private DeviceException NoConvolution(string op) => new($"{op} is not available on {_name} in this build: use --device cpu");
}
