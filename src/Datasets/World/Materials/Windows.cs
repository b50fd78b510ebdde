using Retrieval.Datasets.World.Geometry;

namespace Retrieval.Datasets.World.Materials;

/// <summary>
/// A grid of openings in a wall, fitted to the face so that none is cut: windows, arcades, doors. The level top face
/// of a body has none.
/// </summary>
internal sealed class Windows(Material wall, WindowStyle style) : Material
{
    public override Finish At(in SurfacePoint surface, float footprint)
    {
        var finish = wall.At(surface, footprint);
        if (MathF.Abs(surface.Normal.Y) > 0.8f || surface.V < style.Sill)
            return finish;
        var columns = MathF.Max(1, MathF.Round(surface.Width / style.SpacingX));
        var rows = style.Rows > 0 ? style.Rows : MathF.Max(1, MathF.Round((surface.Height - style.Sill) / style.SpacingY));
        float cellWidth = surface.Width / columns, cellHeight = (surface.Height - style.Sill) / rows;
        float x = (surface.U / surface.Width + 0.5f) * columns, y = (surface.V - style.Sill) / cellHeight;
        int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
        x = (x - column - 0.5f) * cellWidth;
        y = (y - row) * cellHeight;

        var half = style.Width * cellWidth / 2;
        float low = style.Foot * cellHeight, high = low + style.Height * cellHeight;
        var frame = style.Frame * cellWidth;
        var outer = Opening(x, y, half + frame, low - frame, high + frame, footprint);
        if (outer <= 0)
            return finish;
        var inner = Opening(x, y, half, low, high, footprint);
        finish = Finish.Lerp(finish, new(style.FrameColour), outer);
        return inner <= 0 ? finish : Finish.Lerp(finish, Glass(x / half, (y - low) / (high - low), Noise.Cell(column + 5 * style.Variant, row), footprint / half), inner);
    }

    private float Opening(float x, float y, float half, float low, float high, float footprint)
    {
        if (!style.Arched)
            return Coverage.Pulse(x, -half, half, footprint) * Coverage.Pulse(y, low, high, footprint);
        var spring = MathF.Max(low, high - half);
        return y > spring
            ? Coverage.Disc(MathF.Sqrt(x * x + (y - spring) * (y - spring)), half, footprint)
            : Coverage.Pulse(x, -half, half, footprint) * Coverage.Pulse(y, low, spring + half, footprint);
    }

    private Finish Glass(float x, float y, float chance, float footprint)
    {
        // Panes: x in [-1, 1] and y in [0, 1] within the opening.
        var bars = 0f;
        if (style.PanesX > 1)
        {
            var across = (x + 1) / 2 * style.PanesX;
            bars = 1 - Coverage.Periodic(across - MathF.Floor(across), 0.07f, 0.93f, footprint * style.PanesX / 2);
        }
        if (style.PanesY > 1)
        {
            var along = y * style.PanesY;
            bars = MathF.Max(bars, 1 - Coverage.Periodic(along - MathF.Floor(along), 0.05f, 0.95f, footprint * style.PanesY / 2));
        }
        var lit = chance < style.LitShare ? 1 : 0f;
        var glass = style.GlassColour * (0.7f + 0.6f * chance) * (0.8f + 0.5f * y);
        return Finish.Lerp(new(glass, lit), new(style.FrameColour * 0.8f), bars);
    }
}
