using System.Buffers;
using Retrieval.Imaging.Interop;

namespace Retrieval.Imaging.Codecs;

/// <summary>Opens an encoded image lazily: the header is read, pixels follow on demand.</summary>
internal static unsafe class ImageLoader
{
    private const int SequentialAccess = 1;

    /// <exception cref="InvalidDataException">The bytes do not start as any known format does.</exception>
    internal static ImageFormat Recognize(ReadOnlySpan<byte> start, string name)
    {
        if (start.IsEmpty)
            throw new InvalidDataException($"{name}: the file is empty");
        return ImageFormat.Recognize(start) ?? throw new InvalidDataException($"{name}: not an image of a known format ({ImageFormat.Names})");
    }

    /// <summary>Runs native work on one image and turns its failure into the one line that users see.</summary>
    /// <exception cref="InvalidDataException">The work failed; the message starts with the image's name.</exception>
    internal static T Guard<T>(string name, ImageFormat format, Func<T> work)
    {
        VipsRuntime.Start();
        try
        {
            return VipsGate.Run(work);
        }
        catch (VipsException failure)
        {
            var reason = format.IsSupported ? $"damaged or unreadable {format.Name} image ({failure.Message})" : $"this build of libvips cannot read {format.Name}";
            throw new InvalidDataException($"{name}: {reason}", failure);
        }
    }

    /// <summary>Opens pinned bytes, which must stay pinned until the image is disposed of.</summary>
    internal static VipsImageHandle Open(ImageFormat format, MemoryHandle bytes, int byteCount, VipsFailOn failOn, int shrink = 1)
    {
        if (!format.ReadsSource)
        {
            using var load = Loader(format, failOn).SetMemory("buffer", (byte*)bytes.Pointer, byteCount);
            return load.Image();
        }
        using var source = Vips.vips_source_new_from_memory(bytes.Pointer, (nuint)byteCount);
        if (source.IsInvalid)
            throw VipsException.FromErrorBuffer();
        return Open(format, source, failOn, shrink);
    }

    internal static VipsImageHandle Open(ImageFormat format, VipsSourceHandle source, VipsFailOn failOn, int shrink = 1)
    {
        using var load = Loader(format, failOn).Set("source", source);
        if (shrink > 1 && format.ShrinksByFactor)
            load.Set("shrink", shrink);
        if (shrink > 1 && format.ShrinksByScale)
            load.Set("scale", 1.0 / shrink);
        return load.Image();
    }

    private static VipsOperation Loader(ImageFormat format, VipsFailOn failOn) =>
        new VipsOperation(format.Loader).Set("access", SequentialAccess).Set("fail_on", (int)failOn);
}
