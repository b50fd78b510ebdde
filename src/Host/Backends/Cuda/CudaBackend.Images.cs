using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const int ImageThreads = 256, ImageBlockPixels = 2048;

    private readonly DeviceTable<ImageRow> _images = new(MemoryPurpose.Workspace);
    private readonly Lock _imagesGate = new();

    public void PrepareImages(Tensor pixels, ReadOnlySpan<ImageSource> images, ReadOnlySpan<float> mean, ReadOnlySpan<float> std, Tensor y)
    {
        if (images.Length == 0)
            return;
        int height = y.Shape[1], width = y.Shape[2], blocks = (int)((((long)height * width) + ImageBlockPixels - 1) / ImageBlockPixels);
        var shape = new LaunchShape((long)images.Length * blocks, ImageThreads);
        lock (_imagesGate)
        {
            var hasContrast = false;
            _images.Begin(images.Length);
            foreach (ref readonly var image in images)
            {
                _images.Add(RowOf(image));
                hasContrast |= image.Colour.HasContrast;
            }
            _images.Send(y.Device, this);
            var luminance = hasContrast ? RentWorkspace(y.Device, sizeof(float) * (long)images.Length * blocks) : Tensor.None;
            var parameters = new ImagesPrepare(pixels.Address, _images.Address, luminance.Address, y.Address, height, width, blocks,
                LevelScale(std[0]), LevelScale(std[1]), LevelScale(std[2]), -mean[0] / std[0], -mean[1] / std[1], -mean[2] / std[2]);
            if (hasContrast)
                Launch("images", "images_luminance", KernelVariant.None, shape, parameters);
            Launch("images", "images_prepare", y.Type == ElementType.BFloat16 ? KernelVariant.Bf16 : KernelVariant.F32, shape, parameters);
            if (hasContrast)
                y.Device.Return(luminance);
        }

        static float LevelScale(float std) => (float)(1 / (255.0 * std));
    }

    private static ImageRow RowOf(in ImageSource image)
    {
        var colour = image.Colour;
        var erased = image.Erased;
        return new ImageRow(image.Offset, image.Left, image.Top, image.BoxWidth, image.BoxHeight, image.Height, image.Width, image.Flip ? 1 : 0,
            colour.Steps, colour.Brightness, colour.Contrast, colour.Saturation, colour.Hue, colour.LightRed, colour.LightGreen, colour.LightBlue, colour.LightGain,
            erased.Left, erased.Top, erased.Width, erased.Height, erased.Red, erased.Green, erased.Blue);
    }
}
