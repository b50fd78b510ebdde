using Retrieval.Datasets;
using Retrieval.Imaging;
using Retrieval.Imaging.Drawing;
using Retrieval.Index;

namespace Retrieval.Cli.Jobs;

/// <summary>Draws queries with what was found, a row each: the query framed blue, results green where the label is the query's, red where it is another.</summary>
internal static class ResultSheet
{
    private const int RowLimit = 50, ColumnLimit = 20;

    private static readonly ContactSheet Sheet = new();
    private static readonly Rgb QueryFrame = new(40, 90, 200), RightFrame = new(30, 150, 60), WrongFrame = new(200, 50, 40), Missing = new(200, 200, 200);

    /// <summary>Draws the first queries with their first results.</summary>
    /// <param name="queries">The queries and their labels, null where unknown.</param>
    /// <param name="index">Where the results come from.</param>
    /// <param name="ids">The ids found for each query.</param>
    public static RgbImage Draw(IReadOnlyList<(ImageItem Image, string? Label)> queries, FlatIndex index, IReadOnlyList<long[]> ids) =>
        Sheet.Render([.. queries.Zip(ids).Take(RowLimit).Select(row => Row(row.First, index, row.Second))]);

    private static List<ContactSheetCell> Row((ImageItem Image, string? Label) query, FlatIndex index, long[] ids)
    {
        var cells = new List<ContactSheetCell> { new(Picture(query.Image.Path, query.Image.Box), QueryFrame) };
        foreach (var id in ids.Take(ColumnLimit))
        {
            var row = index.RowOf(id);
            Rgb? frame = query.Label is null || index.Label(row) is not { } label ? null : label == query.Label ? RightFrame : WrongFrame;
            cells.Add(new ContactSheetCell(Picture(index.Path(row), box: null), frame));
        }
        return cells;
    }

    /// <summary>A thumbnail; grey when the image is no longer there.</summary>
    private static RgbImage Picture(string? path, QueryBox? box)
    {
        try
        {
            if (path is not null)
                return box is { } part ? Cut(ImageDecoder.Decode(path), part) : ImageDecoder.Decode(path, new DecodeOptions { ShrinkToLongSide = Math.Max(Sheet.CellWidth, Sheet.CellHeight) });
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // Drawn as missing below: the search itself has not failed.
        }
        var blank = new RgbImage(Sheet.CellWidth, Sheet.CellHeight);
        blank.FillRectangle(0, 0, blank.Width, blank.Height, Missing);
        return blank;
    }

    private static RgbImage Cut(RgbImage image, QueryBox box)
    {
        int left = (int)Math.Clamp(box.Left, 0, image.Width - 1), top = (int)Math.Clamp(box.Top, 0, image.Height - 1);
        int right = (int)Math.Clamp(box.Right, left + 1, image.Width), bottom = (int)Math.Clamp(box.Bottom, top + 1, image.Height);
        return image.Crop(left, top, right - left, bottom - top);
    }
}
