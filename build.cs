#!/usr/bin/env dotnet
// The one build program. `dotnet run build.cs VERB [options]`, from a fresh clone, with the .NET 10 SDK and nothing else.
// A failed step prints its own output; this program adds one line that says which step it was. Exit codes are those of
// the command itself: 0 done, 1 a step failed, 2 the verb is not known.
#:property PublishAot=false
#:include build/*.cs

var root = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var build = new Build(root);
var options = args.Skip(1).ToArray();
try
{
    return args.FirstOrDefault() switch
    {
        "build" => build.Compile(),
        "test" => build.Test(),
        "demo" => build.Retrieval(["demo", .. options]),
        "bench" => build.Bench(options),
        "format" => build.Format(),
        "kernels" => build.Kernels(),
        "pack" => build.Pack(),
        "gpu-bundle" => build.BundleForGpu(rehearse: options.Contains("--rehearse")),
        "check" => build.Check(),
        _ => Build.Help(),
    };
}
catch (StepFailedException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
