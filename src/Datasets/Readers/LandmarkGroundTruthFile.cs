using System.Text.Json.Serialization;

namespace Retrieval.Datasets.Readers;

/// <summary>The JSON form of the revisited Oxford and Paris ground truth, as it stands in the file.</summary>
internal sealed class LandmarkGroundTruthFile
{
    [JsonPropertyName("imlist")]
    public required string?[] DatabaseNames { get; init; }

    [JsonPropertyName("qimlist")]
    public required string?[] QueryNames { get; init; }

    [JsonPropertyName("gnd")]
    public required Entry?[] Answers { get; init; }

    public sealed class Entry
    {
        /// <summary>Left, top, right, bottom in pixels; absent for the whole photograph.</summary>
        [JsonPropertyName("bbx")]
        public float[]? Box { get; init; }

        [JsonPropertyName("easy")]
        public required int[] Easy { get; init; }

        [JsonPropertyName("hard")]
        public required int[] Hard { get; init; }

        [JsonPropertyName("junk")]
        public required int[] Junk { get; init; }
    }
}
