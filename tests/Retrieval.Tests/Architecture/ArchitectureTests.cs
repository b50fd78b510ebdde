using Xunit;

namespace Retrieval.Tests.Architecture;

/// <summary>The repository keeps every rule, and every rule notices a breach planted into a small house that keeps them all.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, Func<SourceTree, IEnumerable<string>>> Rules = new[]
    {
        ArrowRules.RoomsMatchTheDrawing,
        ArrowRules.ProjectReferencesAreDrawn,
        ArrowRules.NamespacesAreDrawn,
        ArrowRules.NamespacesFollowFolders,
        ArrowRules.InteropIsAnIsland,
        HouseRules.FilesAreShort,
        HouseRules.KernelsExplainThemselves,
        HouseRules.ProjectsAreInTheSolution,
        HouseRules.PackageVersionsAreCentral,
        HouseRules.NothingIsLeftForLater,
        HouseRules.SettingsAreDocumented,
        HouseRules.LinksLeadSomewhere,
    }.ToDictionary(rule => rule.Method.Name);

    private static readonly SourceTree SmallHouse = new(new Dictionary<string, string>
    {
        [ArrowRules.Drawing] = "| room | holds | may use |\n|---|---|---|\n| Host | devices | nothing of ours |\n| Models | networks | Host |\n",
        ["docs/settings.md"] = "| RETRIEVAL_KNOWN | explained |",
        ["README.md"] = "[page](docs/settings.md#top), [folder](src/Host/), [elsewhere](https://example.org/x), [here](#top)",
        ["Retrieval.sln"] = "\"src\\Host\\Retrieval.Host.csproj\" \"src\\Models\\Retrieval.Models.csproj\"",
        ["src/Host/Retrieval.Host.csproj"] = "<Project/>",
        ["src/Host/Interop/Cuda.cs"] = "namespace Retrieval.Host.Interop; [LibraryImport(\"cuda\")]",
        ["src/Host/Backends/Cuda/Launch.cs"] = "using Retrieval.Host.Interop;\nnamespace Retrieval.Host.Backends.Cuda;",
        ["native/kernels/copy.cu"] = "// y = x\n// launch: any   moves: all   deterministic\n#include \"common/grid.cuh\"\n",
        ["src/Models/Retrieval.Models.csproj"] = "<ProjectReference Include=\"../Host/Retrieval.Host.csproj\" /><PackageReference Include=\"Some.Package\" />",
        ["src/Models/Network.cs"] = "using Retrieval.Host;\nnamespace Retrieval.Models.Networks;\nvar known = \"RETRIEVAL_KNOWN\";",
    });

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    /// <summary>A rule, the file in which a breach is planted, the file's text, and a word that the complaint must hold.</summary>
    public static TheoryData<string, string, string, string> Breaches => new()
    {
        { nameof(ArrowRules.RoomsMatchTheDrawing), "src/Index/FlatIndex.cs", "namespace Retrieval.Index;", "src/Index" },
        { nameof(ArrowRules.RoomsMatchTheDrawing), ArrowRules.Drawing, "| Host | x | nothing of ours |\n| Models | x | Host |\n| Cellar | x | Host |", "Cellar" },
        { nameof(ArrowRules.ProjectReferencesAreDrawn), "src/Host/Retrieval.Host.csproj", "<ProjectReference Include=\"../Models/Retrieval.Models.csproj\" />", "Host -> Models" },
        { nameof(ArrowRules.ProjectReferencesAreDrawn), "src/Host/Retrieval.Host.csproj", "<ProjectReference Include=\"..\\Models\\Retrieval.Models.csproj\" />", "Host -> Models" },
        { nameof(ArrowRules.NamespacesAreDrawn), "src/Host/Upwards.cs", "using Retrieval.Models;\nnamespace Retrieval.Host;", "Host -> Models" },
        { nameof(ArrowRules.NamespacesAreDrawn), "src/Host/Upwards.cs", "namespace Retrieval.Host; class A : global::Retrieval.Models.Network;", "Host -> Models" },
        { nameof(ArrowRules.NamespacesFollowFolders), "src/Models/Stray.cs", "namespace Retrieval.Host.Stray;", "Retrieval.Host.Stray" },
        { nameof(ArrowRules.NamespacesFollowFolders), "src/Models/Stray.cs", "namespace Retrieval.ModelsToo { }", "Retrieval.ModelsToo" },
        { nameof(ArrowRules.InteropIsAnIsland), "src/Models/Native.cs", "using Retrieval.Host.Interop;", "src/Models/Native.cs" },
        { nameof(ArrowRules.InteropIsAnIsland), "src/Host/Native.cs", "using Retrieval.Host.Interop;", "src/Host/Native.cs" },
        { nameof(ArrowRules.InteropIsAnIsland), "src/Host/Native.cs", "namespace Retrieval.Host; class A { int B() => Interop.Cuda.cuInit(0); }", "src/Host/Native.cs" },
        { nameof(ArrowRules.InteropIsAnIsland), "src/Host/Backends/Cpu/Native.cs", "using static Retrieval.Host.Interop.Cuda;", "src/Host/Backends/Cpu/Native.cs" },
        { nameof(ArrowRules.InteropIsAnIsland), "src/Models/Native.cs", "[DllImport(\"c\")]", "outside an Interop folder" },
        { nameof(ArrowRules.InteropIsAnIsland), "src/Host/Backends/Cuda/Native.cs", "NativeLibrary.GetExport(library, name)", "outside an Interop folder" },
        { nameof(HouseRules.FilesAreShort), "src/Host/Long.cs", new string('\n', 401), "401 lines" },
        { nameof(HouseRules.FilesAreShort), "build/Long.cs", new string('\n', 401), "401 lines" },
        { nameof(HouseRules.FilesAreShort), "native/simulator/long.cpp", new string('\n', 401), "401 lines" },
        { nameof(HouseRules.KernelsExplainThemselves), "native/kernels/mute.cu", "// launch: any   deterministic\nint moves;", "'moves'" },
        { nameof(HouseRules.KernelsExplainThemselves), "native/kernels/copy.cu", "// launch, moves, deterministic\n#include <cuda_bf16.h>", "<cuda_bf16.h>" },
        { nameof(HouseRules.ProjectsAreInTheSolution), "benchmarks/New/New.csproj", "<Project/>", "benchmarks/New/New.csproj" },
        { nameof(HouseRules.PackageVersionsAreCentral), "src/Models/Retrieval.Models.csproj", "<PackageReference Include=\"Some.Package\" Version=\"1.0\" />", "Some.Package" },
        { nameof(HouseRules.NothingIsLeftForLater), "src/Host/Later.cs", "// TO" + "DO: tidy up", "src/Host/Later.cs" },
        { nameof(HouseRules.NothingIsLeftForLater), "build/Later.cs", "throw new Not" + "ImplementedException();", "build/Later.cs" },
        { nameof(HouseRules.SettingsAreDocumented), "src/Host/Secret.cs", "Environment.GetEnvironmentVariable(\"RETRIEVAL_SECRET\")", "RETRIEVAL_SECRET" },
        { nameof(HouseRules.SettingsAreDocumented), "docs/settings.md", "RETRIEVAL_KNOWN, RETRIEVAL_FORGOTTEN", "RETRIEVAL_FORGOTTEN" },
        { nameof(HouseRules.LinksLeadSomewhere), "docs/page.md", "[up](../README.md), [nowhere](settings/gone.md)", "settings/gone.md" },
        { nameof(HouseRules.LinksLeadSomewhere), "docs/page.md", "![picture](../pictures/gone.png)", "gone.png" },
    };

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_repository_keeps(string rule) => Assert.Empty(Rules[rule](SourceTree.Repository));

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_planted_breach_is_noticed(string rule, string path, string text, string complaint)
    {
        Assert.Empty(Rules[rule](SmallHouse));
        Assert.Contains(complaint, Assert.Single(Rules[rule](SmallHouse.With(path, text))), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_planted_breach() => Assert.Empty(Rules.Keys.Except(Breaches.Select(row => row.Data.Item1)));

    [Fact]
    public void The_drawing_is_read_whole() => Assert.Equal(
        ["Cli", "Datasets", "Evaluation", "Host", "Imaging", "Index", "Models", "Training"],
        ArrowRules.DrawnArrows(SourceTree.Repository).Keys.Order());
}
