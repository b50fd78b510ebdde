using Retrieval.Imaging.Resampling;

namespace Retrieval.Imaging.Drawing;

/// <summary>Rows of thumbnails on one picture, such as queries with what was found, right and wrong framed. Sizes in pixels.</summary>
public sealed record ContactSheet
{
    /// <summary>Sides of a cell, frame included; pictures are fitted and centred.</summary>
    public int CellWidth { get; init; } = 160;

    public int CellHeight { get; init; } = 160;

    /// <summary>Between and around cells.</summary>
    public int Gap { get; init; } = 6;

    /// <summary>Of a frame; the place for it is left free on every cell.</summary>
    public int FrameThickness { get; init; } = 5;

    public Rgb Background { get; init; } = Rgb.White;

    /// <exception cref="ArgumentException">The sizes leave no room for a picture.</exception>
    public void Validate()
    {
        if (Gap < 0 || FrameThickness < 0 || Math.Min(CellWidth, CellHeight) - (2 * FrameThickness) < 1)
            throw new ArgumentException($"cells of {CellWidth} x {CellHeight} with frames of {FrameThickness} and gaps of {Gap} leave no room for a picture");
    }

    /// <summary>Draws the rows, each from the left; rows may differ in length.</summary>
    /// <exception cref="ArgumentException">There is nothing to draw, or the sizes leave no room for a picture.</exception>
    public RgbImage Render(IReadOnlyList<IReadOnlyList<ContactSheetCell>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Validate();
        var columns = rows.Select(row => row.Count).DefaultIfEmpty().Max();
        if (columns == 0)
            throw new ArgumentException("a contact sheet needs at least one picture", nameof(rows));
        var sheet = new RgbImage(Gap + (columns * (CellWidth + Gap)), Gap + (rows.Count * (CellHeight + Gap)));
        sheet.FillRectangle(0, 0, sheet.Width, sheet.Height, Background);
        for (var row = 0; row < rows.Count; row++)
            for (var column = 0; column < rows[row].Count; column++)
                Draw(sheet, rows[row][column], Gap + (column * (CellWidth + Gap)), Gap + (row * (CellHeight + Gap)));
        return sheet;
    }

    private void Draw(RgbImage sheet, ContactSheetCell cell, int left, int top)
    {
        var picture = Fit(cell.Image, CellWidth - (2 * FrameThickness), CellHeight - (2 * FrameThickness));
        int x = left + ((CellWidth - picture.Width) / 2), y = top + ((CellHeight - picture.Height) / 2);
        sheet.Paste(picture, x, y);
        if (cell.Frame is { } colour)
            sheet.DrawFrame(x - FrameThickness, y - FrameThickness, picture.Width + (2 * FrameThickness), picture.Height + (2 * FrameThickness), FrameThickness, colour);
    }

    private static RgbImage Fit(RgbImage image, int width, int height)
    {
        var scale = Math.Min(1, Math.Min(width / (double)image.Width, height / (double)image.Height));
        return image.Resize(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
    }
}
