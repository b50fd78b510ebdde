using System.Globalization;
using System.Text.RegularExpressions;

/// <summary>What a kernel needs of a GPU, as the assembler says it.</summary>
internal sealed partial record KernelReport(string Module, string Name, string Architecture, int Registers, int SharedByteCount, int SpillByteCount)
{
    private static readonly string[] Architectures = ["sm_80", "sm_90"];

    public static KernelReport[] Of(IEnumerable<string> ptxFiles) =>
        [.. ptxFiles.SelectMany(path => Architectures.Select(architecture => (path, architecture))).SelectMany(item => Assemble(item.path, item.architecture))];

    public static void Print(KernelReport[] reports)
    {
        Console.WriteLine($"{"module",-20} {"kernel",-44} {string.Concat(Architectures.Select(architecture => $"| {architecture}: registers  shared  spills "))}");
        foreach (var kernel in reports.GroupBy(report => (report.Module, report.Name)))
            Console.WriteLine($"{kernel.Key.Module,-20} {kernel.Key.Name,-44} {string.Concat(kernel.Select(report => $"| {report.Registers,16} {report.SharedByteCount,7} {report.SpillByteCount,7} "))}");
        Console.WriteLine($"{reports.Select(report => report.Name).Distinct().Count()} kernels");
    }

    private static List<KernelReport> Assemble(string path, string architecture)
    {
        // The ptxas of CUDA 11.8 crashes for sm_90 on line information, which changes nothing that is reported here.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(path)!, "../report")).FullName;
        var bare = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}.{architecture}.ptx");
        File.WriteAllLines(bare, File.ReadLines(path).Where(line => !LineInformation().IsMatch(line)));
        var (reports, name, spills, complaints) = (new List<KernelReport>(), "", 0, new List<string>());
        var ptxas = Path.Combine(Path.GetDirectoryName(Shell.FindNvcc())!, OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas");
        var exitCode = Shell.Run(ptxas, ["-v", $"-arch={architecture}", bare, "-o", Path.ChangeExtension(bare, "cubin")], onLine: line =>
        {
            if (Entry().Match(line) is { Success: true } entry)
                name = entry.Groups[1].Value;
            else if (Spills().Match(line) is { Success: true } spill)
                spills = Number(spill, 1) + Number(spill, 2);
            else if (Resources().Match(line) is { Success: true } used)
                reports.Add(new KernelReport(Path.GetFileNameWithoutExtension(path), name, architecture, Number(used, 1), Number(Shared().Match(line), 1), spills));
            else if (!line.StartsWith("ptxas info", StringComparison.Ordinal))
                complaints.Add(line);
        }, withErrors: true);
        return exitCode == 0 ? reports : throw new StepFailedException($"{path}: ptxas for {architecture} failed ({exitCode}): {string.Join(' ', complaints)}");
    }

    private static int Number(Match match, int group) => match.Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^\s*\.(loc|file)\b")]
    private static partial Regex LineInformation();

    [GeneratedRegex("Compiling entry function '([^']+)'")]
    private static partial Regex Entry();

    [GeneratedRegex(@"(\d+) bytes spill stores, (\d+) bytes spill loads")]
    private static partial Regex Spills();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Resources();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();
}
