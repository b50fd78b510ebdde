using Xunit.v3;

namespace Retrieval.Tests.Support;

/// <summary>
/// A test that the watched simulator leaves out: its kernels meet there, in the operators' own tests, every access that they make here, and
/// what it is about (host code, transfers, whole jobs, agreement of devices) shows on the plain one, several times faster.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class UnwatchedAttribute : Attribute, ITraitAttribute
{
    /// <summary>The trait by which the build program leaves them out.</summary>
    public const string Name = "watched", Value = "no";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Name, Value)];
}
