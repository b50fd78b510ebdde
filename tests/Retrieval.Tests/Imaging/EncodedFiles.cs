using System.Buffers.Binary;
using Retrieval.Imaging;
using Retrieval.Imaging.Interop;

namespace Retrieval.Tests.Imaging;

/// <summary>Image files of every kind, made in memory by libvips or byte by byte.</summary>
internal static unsafe class EncodedFiles
{
    internal const int Grey = 1, Cmyk = 15, Srgb = 22, Rgb16 = 25, Grey16 = 26;

    private const int ByteFormat = 0, UshortFormat = 2;

    /// <summary>Encodes samples <c>[height, width, bands]</c> of one or two bytes.</summary>
    internal static byte[] Encode(Array samples, int width, int height, int interpretation, string saver, Action<VipsOperation>? arguments = null, string? profile = null)
    {
        VipsRuntime.Start();
        var is16Bit = samples is ushort[];
        var bytes = new byte[Buffer.ByteLength(samples)];
        Buffer.BlockCopy(samples, 0, bytes, 0, bytes.Length);
        fixed (byte* data = bytes)
        {
            using var plain = Vips.vips_image_new_from_memory(
                data, (nuint)bytes.Length, width, height, samples.Length / (width * height), is16Bit ? UshortFormat : ByteFormat);
            using var copy = new VipsOperation("copy").Set("in", plain).Set("interpretation", interpretation);
            using var image = copy.Image();
            if (profile is null)
                return Save(image, saver, arguments);
            using var export = new VipsOperation("icc_transform").Set("in", image).Set("input_profile", "srgb").Set("output_profile", profile);
            using var exported = export.Image();
            return Save(exported, saver, arguments);
        }
    }

    internal static byte[] Encode(RgbImage image, string saver, Action<VipsOperation>? arguments = null, string? profile = null) =>
        Encode(image.Pixels, image.Width, image.Height, Srgb, saver, arguments, profile);

    /// <summary>Puts an EXIF block with only the orientation behind a JPEG's start marker.</summary>
    internal static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8,
            .. "MM"u8, 0, 42, 0, 0, 0, 8, // big-endian TIFF, its first directory at byte 8
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, // one entry: orientation, a short
            0, 0, 0, 0,
        ];
        return [.. jpeg.AsSpan(0, 2), .. exif, .. jpeg.AsSpan(2)];
    }

    /// <summary>An uncompressed 24-bit BMP.</summary>
    internal static byte[] Bmp(RgbImage image)
    {
        var stride = (image.Stride + 3) / 4 * 4;
        var file = new byte[54 + (stride * image.Height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), image.Height);
        file[26] = 1;
        file[28] = 24;
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var pixel = image[x, image.Height - 1 - y];
                (byte[] bgr, var at) = ([pixel.Blue, pixel.Green, pixel.Red], 54 + (y * stride) + (x * 3));
                bgr.CopyTo(file, at);
            }
        return file;
    }

    /// <summary>The same PNG with other sides in its header, checksum made good.</summary>
    internal static byte[] WithPngSize(byte[] png, int width, int height)
    {
        var file = png.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32(file.AsSpan(12, 17)));
        return file;
    }

    /// <summary>The same JPEG with other sides in its frame header.</summary>
    internal static byte[] WithJpegSize(byte[] jpeg, int width, int height)
    {
        var file = jpeg.ToArray();
        var at = 2;
        while (file[at + 1] is not (0xC0 or 0xC2))
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at + 7), (ushort)width);
        return file;
    }

    private static byte[] Save(VipsImageHandle image, string saver, Action<VipsOperation>? arguments)
    {
        using var save = new VipsOperation(saver).Set("in", image);
        arguments?.Invoke(save);
        return save.Bytes();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
