using System.Reflection;
using Retrieval.Models.WeightFiles;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Retrieval.Tests.Support;

/// <summary>Feeds a theory with the path of every reference case whose metadata names one of the given operations.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = false)]
public sealed class OracleDataAttribute(params string[] operations) : DataAttribute
{
    private static readonly Lazy<(string Path, string Op)[]> AllCases = new(Enumerate);

    /// <summary>Every case in the folder with the operation it asks for.</summary>
    public static IReadOnlyList<(string Path, string Op)> Cases => AllCases.Value;

    public IReadOnlyList<string> Operations => operations;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var rows = Cases.Where(item => operations.Contains(item.Op)).Select(item => (ITheoryDataRow)new TheoryDataRow<string>(item.Path)).ToArray();
        return new ValueTask<IReadOnlyCollection<ITheoryDataRow>>(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;

    private static (string Path, string Op)[] Enumerate()
    {
        var found = new List<(string Path, string Op)>();
        foreach (var path in Directory.EnumerateFiles(OracleCase.Folder, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var file = SafetensorsFile.Open(path);
            found.Add((Path.GetRelativePath(OracleCase.Folder, path), file.Metadata["op"]));
        }
        return [.. found];
    }
}
