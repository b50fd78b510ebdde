namespace Retrieval.Host.Diagnostics;

/// <summary>What kind of call on a device a profile has seen.</summary>
public enum CallKind
{
    /// <summary>An operator.</summary>
    Operator,

    /// <summary>Bytes from the host to the device or back.</summary>
    Transfer,

    /// <summary>The host waits for the device.</summary>
    Wait,

    /// <summary>A loop of the host on the device's threads.</summary>
    HostLoop,
}
