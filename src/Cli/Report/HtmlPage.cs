using System.Net;
using System.Text;

namespace Retrieval.Cli.Report;

/// <summary>A page that opens from disk and loads nothing: style inline, images as data.</summary>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 2rem auto; padding: 0 1rem; color: #1c1f24; background: #fff; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
        table { border-collapse: collapse; } th, td { padding: .35rem .9rem; text-align: right; border-bottom: 1px solid #d9dde3; }
        th:first-child, td:first-child { text-align: left; } td small { display: block; color: #667; font-size: .72rem; }
        .row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; } .list { display: flex; gap: 6px; margin: 8px 0; }
        figure { margin: 0; } figure img { display: block; width: 88px; height: 88px; object-fit: cover; border: 4px solid #667; }
        figure.right img { border-color: #1a9c4b; } figure.wrong img { border-color: #d03a2f; } figure.junk img { border-color: #b9bec6; } figure.query { margin-right: 14px; }
        figcaption { font-size: .72rem; color: #556; max-width: 96px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        svg { background: #fafbfc; border: 1px solid #e3e6ea; } svg text { font: 12px system-ui, sans-serif; fill: #445; }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>Text as HTML shows it.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public void Heading(string text) => _body.Append("<h2>").Append(Escape(text)).AppendLine("</h2>");

    public void Paragraph(string text) => _body.Append("<p>").Append(Escape(text)).AppendLine("</p>");

    /// <summary>Adds HTML as it is.</summary>
    public void Raw(string html) => _body.AppendLine(html);

    /// <summary>Writes the page beside its target and renames it.</summary>
    public void Save(string path)
    {
        var partial = path + ".partial";
        File.WriteAllText(partial, $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Escape(title)}</title><style>\n{Style}</style></head>\n" +
            $"<body><h1>{Escape(title)}</h1>\n{_body}</body></html>\n");
        File.Move(partial, path, overwrite: true);
    }
}
