namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
}
