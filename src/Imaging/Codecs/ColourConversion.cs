using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging.Codecs;

/// <summary>Appends to a lazy image what makes it three bands of sRGB bytes.</summary>
internal static unsafe class ColourConversion
{
    private const string ProfileName = "icc-profile-data";
    private const int Srgb = 22;
    private const int Cmyk = 15;
    private const int Byte = 0;
    private static readonly double[] White = [255];

    /// <summary>Takes ownership of <paramref name="image"/> and returns its successor.</summary>
    /// <exception cref="VipsException">There is no way from its colours to sRGB.</exception>
    internal static VipsImageHandle ToSrgbBytes(VipsImageHandle image, bool useProfile)
    {
        if (NeedsProfile(image, useProfile) && TryTransform(image) is { } transformed)
        {
            image.Dispose();
            image = transformed;
        }
        image = Then(image, "colourspace", operation => operation.Set("space", Srgb));
        if (Vips.vips_image_get_bands(image) > RgbImage.Channels)
            image = Then(image, "flatten", operation => operation.Set("background", White));
        if (Vips.vips_image_get_bands(image) > RgbImage.Channels)
            image = Then(image, "extract_band", operation => operation.Set("band", 0).Set("n", RgbImage.Channels));
        return Then(image, "cast", operation => operation.Set("format", Byte));
    }

    private static bool NeedsProfile(VipsImageHandle image, bool useProfile)
    {
        if (Vips.vips_image_get_typeof(image, ProfileName) == 0)
            return false;
        void* data;
        nuint byteCount;
        if (Vips.vips_image_get_blob(image, ProfileName, &data, &byteCount) != 0)
            return false;
        var isCmyk = Vips.vips_image_get_interpretation(image) == Cmyk;
        return isCmyk || (useProfile && !IccProfile.IsSrgb(new ReadOnlySpan<byte>(data, checked((int)byteCount))));
    }

    /// <summary>The image seen through its profile, or null: a picture is worth more than its broken profile.</summary>
    private static VipsImageHandle? TryTransform(VipsImageHandle image)
    {
        try
        {
            using var transform = new VipsOperation("icc_transform").Set("in", image).Set("embedded", true).Set("output_profile", "srgb");
            var transformed = transform.Image();
            // Where it falls back on another profile it succeeds and complains.
            VipsException.Clear();
            return transformed;
        }
        catch (VipsException)
        {
            return null;
        }
    }

    private static VipsImageHandle Then(VipsImageHandle image, string name, Action<VipsOperation> arguments)
    {
        using (image)
        using (var operation = new VipsOperation(name).Set("in", image))
        {
            arguments(operation);
            return operation.Image();
        }
    }
}
