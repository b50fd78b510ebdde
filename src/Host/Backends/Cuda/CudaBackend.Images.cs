using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const int ImageThreads = 256, ImageBlockPixels = 2048;

    private readonly DeviceTable<ImageRow> _images = new(MemoryPurpose.Workspace);
    private readonly Lock _imagesGate = new();

    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ImageDraw draw, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y, Tensor drawn)
    {
        if (images.Length == 0)
            return;
        int height = y.Shape[1], width = y.Shape[2], blocks = (int)((((long)height * width) + ImageBlockPixels - 1) / ImageBlockPixels);
        lock (_imagesGate)
        {
            _images.Begin(images.Length);
            foreach (var image in images)
                _images.Add(new ImageRow(image.Offset, image.Seed, image.Left, image.Top, image.BoxWidth, image.BoxHeight, image.Height, image.Width, image.Flip ? 1 : 0));
            _images.Send(y.Device, this);
            Launch("images", "images_prepare", y.Type == ElementType.BFloat16 ? KernelVariant.Bf16 : KernelVariant.F32, new LaunchShape((long)images.Length * blocks, ImageThreads), new ImagesPrepare(
                pixels.Address, _images.Address, y.Address, drawn.Address, height, width, blocks, draw.Crop ? 1 : 0,
                draw.MinArea, draw.MaxArea, draw.MinAspect, draw.MaxAspect, Math.Log(draw.MinAspect), Math.Log(draw.MaxAspect), draw.FlipProbability,
                ScaleOf(std[0]), ScaleOf(std[1]), ScaleOf(std[2]), -mean[0] / std[0], -mean[1] / std[1], -mean[2] / std[2]));
        }

        static float ScaleOf(float std) => (float)(1 / (255.0 * std));
    }
}
