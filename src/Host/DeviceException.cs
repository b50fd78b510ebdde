namespace Retrieval.Host;

/// <summary>
/// Something about a device that the user can put right: no driver, no such device, too little memory. The message is one
/// line that says what was expected, what came and what to do.
/// </summary>
public sealed class DeviceException(string message) : Exception(message);
