using Spectre.Console;
using Spectre.Console.Rendering;

namespace Retrieval.Cli.Output;

/// <summary>The task's recent speed in its own units, or its average once it has ended.</summary>
internal sealed class RateColumn : ProgressColumn
{
    private const string UnitKey = "unit";

    public static void SetUnit(ProgressTask task, string unit) => task.State.Update<Unit>(UnitKey, _ => new Unit(unit));

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var average = task.ElapsedTime is { TotalSeconds: > 0 and var seconds } ? task.Value / seconds : 0;
        return new Text(ProgressText.Rate(task.IsFinished ? average : task.Speed ?? average, task.State.Get<Unit>(UnitKey).Name));
    }

    private readonly record struct Unit(string Name);
}
