using Retrieval.Host;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Retrieval.Tests.Support;

/// <summary>Makes the test cases of a <see cref="DeviceTheoryAttribute"/>: devices times rows, each with the trait device=cpu or device=cuda.</summary>
public sealed class DeviceTheoryDiscoverer : IXunitTestCaseDiscoverer
{
    public async ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
    {
        var theory = (DeviceTheoryAttribute)factAttribute;
        var cases = new List<IXunitTestCase>();
        foreach (var row in await Rows(testMethod))
            foreach (var device in TestDevices.Names.Where(name => theory.Kind is null || theory.Kind == name.Kind))
                cases.Add(Case(discoveryOptions, testMethod, theory, device, row));
        return cases.Count > 0 ? cases : throw new InvalidOperationException($"{testMethod.TestClass.TestClassName}.{testMethod.MethodName} has data attributes and no data");
    }

    private static async Task<List<ITheoryDataRow>> Rows(IXunitTestMethod testMethod)
    {
        if (testMethod.DataAttributes.Count == 0)
            return [new TheoryDataRow()];
        var rows = new List<ITheoryDataRow>();
        var disposals = new DisposalTracker();
        foreach (var attribute in testMethod.DataAttributes)
            rows.AddRange(await attribute.GetData(testMethod.Method, disposals) ?? []);
        return rows;
    }

    private static XunitTestCase Case(ITestFrameworkDiscoveryOptions options, IXunitTestMethod method, DeviceTheoryAttribute theory, DeviceName device, ITheoryDataRow row)
    {
        var arguments = method.ResolveMethodArguments([device, .. row.GetData()]);
        var traits = TestIntrospectionHelper.GetTraits(method, row);
        traits["device"] = [device.Kind];
        var details = TestIntrospectionHelper.GetTestCaseDetailsForTheoryDataRow(options, method, theory, row, arguments);
        return new XunitTestCase(details.ResolvedTestMethod, details.TestCaseDisplayName, details.UniqueID, details.Explicit, details.SkipExceptions, details.SkipReason,
            details.SkipType, details.SkipUnless, details.SkipWhen, traits, arguments, details.SourceFilePath, details.SourceLineNumber, details.Timeout);
    }
}
