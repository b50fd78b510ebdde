using System.Globalization;
using Retrieval.Imaging;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Tests.Support;

/// <summary>What Pillow makes of a small picture; tests/pillow/make.py wrote it and says how.</summary>
public sealed class PillowReference
{
    private readonly Dictionary<string, RgbImage> _images;
    private readonly IReadOnlyDictionary<string, string> _metadata;

    private PillowReference(SafetensorsFile file)
    {
        _metadata = file.Metadata;
        _images = file.Entries.Values.ToDictionary(entry => entry.Name, entry => new RgbImage((int)entry.Shape[1], (int)entry.Shape[0], file.Read<byte>(entry.Name)), StringComparer.Ordinal);
    }

    public IEnumerable<string> Names => _images.Keys;

    public static PillowReference Load()
    {
        using var file = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "pillow", "pillow.safetensors"));
        return new PillowReference(file);
    }

    public RgbImage Image(string name) => _images[name];

    public float Number(string name) => float.Parse(_metadata[name], CultureInfo.InvariantCulture);
}
