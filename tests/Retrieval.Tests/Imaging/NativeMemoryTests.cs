using Retrieval.Imaging;
using Retrieval.Imaging.Interop;
using Xunit;

namespace Retrieval.Tests.Imaging;

/// <summary>Runs alone: libvips counts its memory for the whole process.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
[Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests
{
    [Fact]
    public void ThousandsOfDecodesLeaveNothingBehind()
    {
        var image = TestImages.Ramps(96, 64);
        byte[][] files =
        [
            ImageEncoder.EncodeJpeg(image), ImageEncoder.EncodePng(image), EncodedFiles.Encode(image, "webpsave_buffer"),
            EncodedFiles.Encode(image, "pngsave_buffer", profile: "p3"), ImageEncoder.EncodeJpeg(image)[..600],
        ];
        DecodeAll(files, 20);
        var before = Tracked();
        DecodeAll(files, 2000);
        Assert.Equal(before, Tracked());
        Assert.Equal((0u, 0, 0), before);
    }

    [Fact]
    public unsafe void NativeObjectsAreCountedWhileTheyLive()
    {
        // The counter of the test above counts: an open image holds tracked memory.
        var file = ImageEncoder.EncodePng(TestImages.Noise(64, 64));
        fixed (byte* bytes = file)
        {
            using var source = Vips.vips_source_new_from_memory(bytes, (nuint)file.Length);
            using var load = new VipsOperation("pngload_source").Set("source", source);
            using var image = load.Image();
            using var region = Vips.vips_region_new(image);
            nuint byteCount;
            GLib.g_free(Vips.vips_region_fetch(region, 0, 0, 64, 64, &byteCount));
            Assert.True(Vips.vips_tracked_get_allocs() > 0);
        }
    }

    private static void DecodeAll(byte[][] files, int count) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
    {
        try
        {
            ImageDecoder.Decode(files[i % files.Length], "image", new DecodeOptions { ShrinkToLongSide = i % 2 * 20 });
        }
        catch (InvalidDataException)
        {
            Assert.Equal(files.Length - 1, i % files.Length);
        }
    });

    private static (nuint Bytes, int Allocations, int Files) Tracked() =>
        (Vips.vips_tracked_get_mem(), Vips.vips_tracked_get_allocs(), Vips.vips_tracked_get_files());
}
