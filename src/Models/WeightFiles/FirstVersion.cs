using System.Text.Json;
using System.Text.Json.Nodes;

namespace Retrieval.Models.WeightFiles;

/// <summary>Model files of version 1: all backbones were residual networks, so a description did not say it, and it repeated what follows from the rest.</summary>
internal static class FirstVersion
{
    public const string Name = "1";

    /// <summary>A network's description as version 2 has it.</summary>
    /// <exception cref="JsonException">It is not a description.</exception>
    public static string Upgrade(string network)
    {
        try
        {
            if (JsonNode.Parse(network) is not JsonObject root || root["backbone"] is not JsonObject old)
                throw new JsonException("there is no backbone in it");
            var backbone = new JsonObject { ["kind"] = "resnet" };
            foreach (var (key, value) in old)
                if (key is not ("outputChannels" or "expansion"))
                    backbone.Add(key, value?.DeepClone());
            root["backbone"] = backbone;
            return root.ToJsonString();
        }
        catch (ArgumentException repeated)
        {
            throw new JsonException(repeated.Message, repeated);
        }
    }
}
