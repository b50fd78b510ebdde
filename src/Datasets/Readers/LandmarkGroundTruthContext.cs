using System.Text.Json.Serialization;

namespace Retrieval.Datasets.Readers;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LandmarkGroundTruthFile))]
internal sealed partial class LandmarkGroundTruthContext : JsonSerializerContext;
