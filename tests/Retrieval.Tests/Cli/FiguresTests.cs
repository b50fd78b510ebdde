using Retrieval.Cli.Output;
using Xunit;

namespace Retrieval.Tests.Cli;

public sealed class FiguresTests
{
    private static FigureTable Table => new FigureTable("eval", "Result", new("pooling", "pooling"), new("map", "mAP [%]", "0.00"), new("scales", "scales"))
        .Add("gem", 81.2345, new[] { "1", "0.5" })
        .Add("[red]", double.NaN, null);

    [Fact]
    public void Json_has_a_line_per_row_with_every_digit() => Assert.Equal(
        """{"what":"eval","pooling":"gem","map":81.2345,"scales":["1","0.5"]}""" + Environment.NewLine
        + """{"what":"eval","pooling":"[red]","map":null,"scales":null}""" + Environment.NewLine,
        Printed(json: true, figures => figures.Print(Table)));

    [Fact]
    public void Json_is_the_same_upright() =>
        Assert.Equal(Printed(json: true, figures => figures.Print(Table)), Printed(json: true, figures => figures.PrintUpright(Table)));

    [Fact]
    public void A_table_has_headers_and_formatted_numbers()
    {
        var lines = Printed(json: false, figures => figures.Print(Table)).Split('\n').Select(line => line.TrimEnd()).ToArray();
        Assert.Equal("Result", lines[0]);
        Assert.Contains("  pooling   mAP [%]   scales", lines);
        Assert.Contains("  gem         81.23   1, 0.5", lines);
        Assert.Contains("  [red]         NaN   -", lines);
    }

    [Fact]
    public void An_upright_table_has_a_line_per_column()
    {
        var lines = Printed(json: false, figures => figures.PrintUpright(Table)).Split('\n').Select(line => line.TrimEnd()).ToArray();
        Assert.Contains("  mAP [%]   81.23   NaN", lines);
        Assert.Contains("  scales    1       -", lines);
        Assert.Contains("            0.5", lines);
    }

    [Fact]
    public void Long_rows_are_not_broken_in_a_file()
    {
        var path = new string('x', 300);
        var table = new FigureTable("files", "", new("path", "path"), new("size", "size")).Add(path, 3);
        Assert.Contains($"  {path}      3", Printed(json: false, figures => figures.Print(table)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_is_json_in_any_case() => Assert.Equal(
        """{"what":"gemm","n":2048,"medianMs":3.5}""" + Environment.NewLine,
        Printed(json: false, figures => figures.PrintLine(("what", "gemm"), ("n", 2048), ("medianMs", 3.5))));

    [Fact]
    public void A_row_of_another_length_is_refused() => Assert.Throws<ArgumentException>(() => Table.Add("gem"));

    private static string Printed(bool json, Action<Figures> print)
    {
        using var output = new StringWriter();
        print(new Figures(output, json));
        return output.ToString();
    }
}
