using System.Runtime.CompilerServices;
using Xunit;
using Xunit.v3;

namespace Retrieval.Tests.Support;

/// <summary>
/// A test of what every device computes: it runs once per device for each row of its data, or once per device where it
/// has none. The first parameter of the method receives the device's name, those after it the row.
/// </summary>
[XunitTestCaseDiscoverer(typeof(DeviceTheoryDiscoverer))]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = false)]
public sealed class DeviceTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), ITheoryAttribute
{
    /// <summary>The only kind of device that the test is meant for, or null for all.</summary>
    public string? Kind { get; set; }

    /// <summary>Not supported: rows are always known before the run.</summary>
    public bool DisableDiscoveryEnumeration => false;

    /// <summary>Not supported: a test whose data attribute yields no row is an error.</summary>
    public bool SkipTestWithoutData => false;
}
