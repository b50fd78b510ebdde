using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Retrieval.Cli.Doctor;

/// <summary>The processor's name as it tells it itself; its architecture where it tells none.</summary>
internal static class ProcessorName
{
    private const uint FirstBrandLeaf = 0x8000_0002, LastBrandLeaf = 0x8000_0004, ExtendedLeaves = 0x8000_0000;

    public static string Read()
    {
        var brand = X86Base.IsSupported && (uint)X86Base.CpuId(unchecked((int)ExtendedLeaves), 0).Eax >= LastBrandLeaf ? Brand() : "";
        return brand.Length > 0 ? brand : RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Brand()
    {
        Span<int> words = stackalloc int[12];
        for (var leaf = FirstBrandLeaf; leaf <= LastBrandLeaf; leaf++)
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(unchecked((int)leaf), 0);
            ReadOnlySpan<int> registers = [eax, ebx, ecx, edx];
            registers.CopyTo(words[(4 * (int)(leaf - FirstBrandLeaf))..]);
        }
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words)).TrimEnd('\0').Trim();
    }
}
