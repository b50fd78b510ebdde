using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retrieval.Cli.Output;

/// <summary>One JSON object on one line.</summary>
internal static class JsonLine
{
    // Paths and class names stay readable: nothing here is embedded in a web page.
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the fields in their order. JSON has no infinities and no "not a number": they become null.</summary>
    public static string Of(IEnumerable<(string Key, object? Value)> fields)
    {
        var line = new JsonObject();
        foreach (var (key, value) in fields)
            line[key] = value is double and not (> double.NegativeInfinity and < double.PositiveInfinity)
                or float and not (> float.NegativeInfinity and < float.PositiveInfinity) ? null : JsonSerializer.SerializeToNode(value, Options);
        return line.ToJsonString(Options);
    }
}
