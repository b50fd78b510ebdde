using System.Diagnostics.CodeAnalysis;
using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit.Sdk;

[assembly: RegisterXunitSerializer(typeof(DeviceNameSerializer), typeof(DeviceName))]

namespace Retrieval.Tests.Support;

/// <summary>Device names in the identity of a test case.</summary>
public sealed class DeviceNameSerializer : IXunitSerializer
{
    public object Deserialize(Type type, string serializedValue) => DeviceName.Parse(serializedValue);

    public bool IsSerializable(Type type, object? value, [NotNullWhen(false)] out string? failureReason)
    {
        failureReason = null;
        return true;
    }

    public string Serialize(object value) => value.ToString()!;
}
