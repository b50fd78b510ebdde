using System.Globalization;
using System.Text.Json;
using Retrieval.Models.WeightFiles;
using Xunit;

namespace Retrieval.Tests.Support;

/// <summary>One reference case: an operation's inputs, parameters, expected outputs and gradients, read by metadata alone.</summary>
public sealed class OracleCase
{
    private readonly Dictionary<string, double[]> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _shapes = new(StringComparer.Ordinal);

    private OracleCase(SafetensorsFile file)
    {
        Metadata = file.Metadata;
        foreach (var entry in file.Entries.Values)
        {
            _shapes[entry.Name] = entry.Shape.Select(extent => checked((int)extent)).ToArray();
            _numbers[entry.Name] = entry.ElementType switch
            {
                "I64" => Array.ConvertAll(file.Read<long>(entry.Name), value => (double)value),
                "U8" => Array.ConvertAll(file.Read<byte>(entry.Name), value => (double)value),
                "F64" => file.Read<double>(entry.Name),
                _ => Array.ConvertAll(file.ReadAsFloat32(entry.Name), value => (double)value),
            };
        }
    }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public string Op => Metadata["op"];

    public string Name => Metadata.GetValueOrDefault("case", Op);

    public double Tolerance => Number("tolerance");

    public IEnumerable<string> TensorNames => _numbers.Keys;

    /// <summary>Folder of the reference cases: the setting RETRIEVAL_ORACLE, else the copy beside the tests.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("RETRIEVAL_ORACLE") is { Length: > 0 } folder
        ? folder
        : Path.Combine(AppContext.BaseDirectory, "oracle");

    public static OracleCase Load(string relativePath)
    {
        using var file = SafetensorsFile.Open(Path.Combine(Folder, relativePath));
        return new OracleCase(file);
    }

    public bool Has(string tensor) => _numbers.ContainsKey(tensor);

    public int[] Shape(string tensor) => _shapes[tensor];

    public double[] Doubles(string tensor) => _numbers[tensor];

    public float[] Floats(string tensor) => Array.ConvertAll(_numbers[tensor], value => (float)value);

    public int[] Integers(string tensor) => Array.ConvertAll(_numbers[tensor], value => checked((int)value));

    public byte[] Bytes(string tensor) => Array.ConvertAll(_numbers[tensor], value => checked((byte)value));

    public string Text(string key) => Metadata[key];

    public double Number(string key) => double.Parse(Metadata[key], CultureInfo.InvariantCulture);

    public double Number(string key, double otherwise) => Metadata.ContainsKey(key) ? Number(key) : otherwise;

    public int Integer(string key) => checked((int)Number(key));

    public bool Flag(string key) => Metadata.TryGetValue(key, out var text) && text == "true";

    public double[] List(string key) => JsonSerializer.Deserialize<double[]>(Metadata[key])!;

    /// <summary>A stored N C H W tensor's values in N H W C order.</summary>
    public float[] FloatsNhwc(string tensor) => ChannelsLast(Floats(tensor), Shape(tensor));

    /// <summary>Reorders N C H W values to N H W C.</summary>
    public static T[] ChannelsLast<T>(T[] values, int[] nchw)
    {
        var result = new T[values.Length];
        int channels = nchw[1], positions = nchw.Skip(2).Aggregate(1, (product, extent) => product * extent);
        for (var n = 0; n < nchw[0]; n++)
            for (var c = 0; c < channels; c++)
                for (var i = 0; i < positions; i++)
                    result[((n * positions) + i) * channels + c] = values[((n * channels) + c) * positions + i];
        return result;
    }

    /// <summary>Holds values against an expected tensor by the case's own rule: max |a-r| / max(max |r|, floor) within the tolerance.</summary>
    public void Check(string tensor, IReadOnlyList<double> actual, double? tolerance = null) =>
        CheckValues(tensor, Doubles(tensor), actual, tolerance);

    public void Check(string tensor, IReadOnlyList<float> actual, double? tolerance = null) =>
        Check(tensor, actual.Select(value => (double)value).ToArray(), tolerance);

    /// <summary>As <see cref="Check(string, IReadOnlyList{float}, double?)"/> for values in N H W C order against a stored N C H W tensor.</summary>
    public void CheckNhwc(string tensor, IReadOnlyList<float> actual, double? tolerance = null) =>
        CheckValues(tensor, ChannelsLast(Doubles(tensor), Shape(tensor)), actual.Select(value => (double)value).ToArray(), tolerance);

    /// <summary>Holds values against an expected tensor by the angle between both and by their lengths, for what has errors in every element.</summary>
    /// <param name="tensor">Name.</param>
    /// <param name="actual">Values.</param>
    /// <param name="leastCosine">Of the angle. The lengths may differ by as much, as a ratio.</param>
    /// <param name="channelsLast">Whether the values are in N H W C order.</param>
    public void CheckDirection(string tensor, IReadOnlyList<float> actual, double leastCosine, bool channelsLast = false)
    {
        var expected = channelsLast ? ChannelsLast(Doubles(tensor), Shape(tensor)) : Doubles(tensor);
        Assert.Equal(expected.Length, actual.Count);
        double inner = expected.Zip(actual, (r, a) => r * a).Sum(), length = Math.Sqrt(actual.Sum(a => (double)a * a)), reference = Math.Sqrt(expected.Sum(r => r * r));
        Assert.True(inner >= leastCosine * length * reference, $"{Name} {tensor}: cosine {inner / (length * reference):g3}, expected {leastCosine} or more");
        Assert.InRange(length, leastCosine * reference, reference / leastCosine);
    }

    /// <summary>Integer and byte tensors must be equal.</summary>
    public void CheckEqual(string tensor, IEnumerable<int> actual) => Assert.Equal(Integers(tensor), actual.ToArray());

    private void CheckValues(string tensor, IReadOnlyList<double> expected, IReadOnlyList<double> actual, double? tolerance)
    {
        Assert.True(expected.Count == actual.Count, $"{Name} {tensor}: expected {expected.Count} values, got {actual.Count}");
        double scale = Number("floor." + tensor, 1e-4), worst = 0;
        foreach (var value in expected)
            if (!double.IsNaN(value))
                scale = Math.Max(scale, Math.Abs(value));
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(double.IsNaN(expected[i]) == double.IsNaN(actual[i]), $"{Name} {tensor}[{i}]: expected {expected[i]}, got {actual[i]}");
            if (!double.IsNaN(expected[i]))
                worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
        }
        var allowed = tolerance ?? Tolerance;
        Assert.True(worst / scale <= allowed, $"{Name} {tensor}: error {worst / scale:g3} exceeds {allowed:g3}");
    }
}
