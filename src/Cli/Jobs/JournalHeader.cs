using System.Text.Json;
using Retrieval.Index.Format;

namespace Retrieval.Cli.Jobs;

/// <summary>The head of a <see cref="DescriptorJournal"/>: signature (8 bytes), length (i32), settings as a JSON object of strings, checksum of the settings (u32).</summary>
internal static class JournalHeader
{
    private const int ByteLimit = 1 << 20;

    // The last character is the version.
    private static ReadOnlySpan<byte> Signature => "RDESCR-1"u8;

    public static void Write(Stream stream, IReadOnlyDictionary<string, string> settings)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(settings);
        stream.Write(Signature);
        stream.Write(BitConverter.GetBytes(text.Length));
        stream.Write(text);
        stream.Write(BitConverter.GetBytes(Crc32C.Append(0, text)));
        stream.Flush();
    }

    /// <summary>Reads the head and leaves the stream behind it.</summary>
    /// <exception cref="UsersMistakeException">It is damaged or has other settings.</exception>
    public static void Require(FileStream stream, IReadOnlyDictionary<string, string> settings)
    {
        var found = Read(stream)
            ?? throw new UsersMistakeException($"{stream.Name}: not a usable record of an interrupted run: add --restart to begin anew");
        foreach (var (key, wanted) in settings)
            if (found.GetValueOrDefault(key, "nothing") is var had && had != wanted)
                throw new UsersMistakeException($"{stream.Name} is of an interrupted run with other settings ({key}: it has '{had}', now '{wanted}'): give the same ones to go on with it, or --restart to begin anew");
    }

    private static Dictionary<string, string>? Read(FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[Signature.Length + sizeof(int)];
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length || !prefix.StartsWith(Signature))
            return null;
        var byteCount = BitConverter.ToInt32(prefix[Signature.Length..]);
        if (byteCount is < 0 or > ByteLimit || byteCount + sizeof(uint) > stream.Length - stream.Position)
            return null;
        var text = new byte[byteCount];
        stream.ReadExactly(text);
        stream.ReadExactly(checksum);
        return BitConverter.ToUInt32(checksum) == Crc32C.Append(0, text) ? Parse(text) : null;
    }

    private static Dictionary<string, string>? Parse(byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
