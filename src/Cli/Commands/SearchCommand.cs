using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Datasets;
using Retrieval.Imaging;
using Retrieval.Index;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Cli.Commands;

/// <summary>Finds the images of an index that look most like given ones. Queries are described as the index's images were, unless told otherwise.</summary>
internal sealed class SearchCommand : Verb
{
    private const int QueryTile = 64;

    private readonly Option<string> _index = new("--index") { Description = "The index, or a file of descriptors", Required = true };
    private readonly Option<string> _model = new("--model") { Description = "The model that the index was made with", Required = true };
    private readonly Option<string[]> _query = new("--query") { Description = "Images to search for, or folders or lists of them", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _top = NumberOptions.Create("--top", "Results of each query", 10, least: 1, most: 1_000_000);
    private readonly Option<string?> _box = new("--box") { Description = "Part of the query image to search for: x1,y1,x2,y2 in pixels" };
    private readonly Option<int> _expand = NumberOptions.Create("--expand", "Query expansion over so many neighbours; 0 for none", 0, least: 0, most: 100_000);
    private readonly Option<double> _alpha = NumberOptions.Create("--alpha", "Exponent of the neighbours' weights in query expansion; 0 for the plain average", 3.0, least: 0, most: 100);
    private readonly Option<string?> _sheet = new("--sheet") { Description = "A PNG or JPEG file to draw the results into" };
    private readonly ExtractionArguments _extraction = new("224x224");

    public SearchCommand() : base("search", "Search an index for images like given ones")
    {
        foreach (var option in (IEnumerable<Option>)[_index, _model, _query, _top, _box, _expand, _alpha, _sheet, .. _extraction.All])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var queries = Queries(session);
        using var device = session.OpenDevice();
        using var model = ModelFile.Load(session.Value(_model)!, device);
        using var index = SearchableIndex.Open(device, session.Value(_index)!, model, session.Value(_model)!);
        var descriptors = Describe(session, [.. queries.Keys], model, index);
        var found = Search(session, index, descriptors);
        Print(session, index, descriptors.Items, found);
        if (session.Value(_sheet) is { } sheet)
            Session.Check(() => ImageEncoder.Save(ResultSheet.Draw([.. descriptors.Items.Select(item => (item, queries[item]))], index, [.. found.Select(row => row.Ids)]), sheet));
        Unreadable.List(descriptors.Failures, session.Progress);
        return ExitCode.Done;
    }

    /// <summary>The query images and their labels, null where unknown.</summary>
    private Dictionary<ImageItem, string?> Queries(Session session)
    {
        var queries = new Dictionary<ImageItem, string?>(ReferenceEqualityComparer.Instance);
        foreach (var data in session.Value(_query)!.Select(DataReader.Images))
            foreach (var item in data.Items)
                queries.Add(item, item.Label == ImageItem.Unknown ? null : data.Classes[item.Label]);
        if (session.Value(_box) is not { } text)
            return queries;
        var box = Session.Checked(() => BoxText.Parse(text));
        if (queries.Count != 1)
            throw new UsersMistakeException($"--box is a part of one image, got {queries.Count} queries");
        var (image, label) = queries.Single();
        return new Dictionary<ImageItem, string?>(ReferenceEqualityComparer.Instance) { [image with { Box = box }] = label };
    }

    private LabelledDescriptors Describe(Session session, ImageItem[] items, RetrievalModel model, FlatIndex index)
    {
        var sizing = _extraction.Sizing(session, index.Provenance.GetValueOrDefault(DescriptorProvenance.Size));
        var options = _extraction.Options(session, index.Provenance.GetValueOrDefault(DescriptorProvenance.Scales)) with { Whiten = SearchableIndex.IsWhitened(index, model) };
        MemoryEstimate.Tell(session, index.Device, "lower --batch, --size or --scales, or split the index", dry =>
        {
            Rehearsal.Extract(dry, model, sizing, options, index.Count);
            Rehearsal.Search(dry, index.Count, index.Dimension);
        });
        return LabelledDescriptors.Extract(session, model, items, sizing, options);
    }

    private List<(long[] Ids, float[] Scores)> Search(Session session, FlatIndex index, LabelledDescriptors descriptors)
    {
        var found = new List<(long[], float[])>();
        for (var first = 0; first < descriptors.Rows.Count; first += QueryTile)
        {
            var queries = new float[Math.Min(QueryTile, descriptors.Rows.Count - first) * index.Dimension];
            for (var i = 0; i < queries.Length; i += index.Dimension)
                descriptors.Rows.Read(first + (i / index.Dimension), queries.AsSpan(i, index.Dimension));
            if (session.Value(_expand) is > 0 and var neighbours && index.Count > 0)
                queries = QueryExpansion.Expand(index, queries, (int)Math.Min(neighbours, index.Count), session.Value(_alpha));
            var result = index.Search(queries, session.Value(_top));
            for (var query = 0; query < result.QueryCount; query++)
                found.Add((result.IdsOf(query).ToArray(), result.ScoresOf(query).ToArray()));
            session.Cancellation.ThrowIfCancellationRequested();
        }
        return found;
    }

    private static void Print(Session session, FlatIndex index, IReadOnlyList<ImageItem> queries, List<(long[] Ids, float[] Scores)> found)
    {
        var table = new FigureTable("search", "", new("query", "query"), new("rank", "rank"), new("score", "score", "0.0000"), new("id", "id"), new("label", "label"), new("path", "path"));
        foreach (var (query, (ids, scores)) in queries.Zip(found))
            for (var rank = 0; rank < ids.Length; rank++)
            {
                var row = index.RowOf(ids[rank]);
                table.Add(query.Path, rank + 1, scores[rank], ids[rank], index.Label(row), index.Path(row));
            }
        session.Figures.Print(table);
    }
}
