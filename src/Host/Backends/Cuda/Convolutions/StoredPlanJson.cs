using System.Text.Json.Serialization;

namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>How a line is written and read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredPlan))]
internal sealed partial class StoredPlanJson : JsonSerializerContext;
