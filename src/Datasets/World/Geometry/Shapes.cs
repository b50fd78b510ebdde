namespace Retrieval.Datasets.World.Geometry;

/// <summary>The shapes that buildings and clutter are made of.</summary>
internal static class Shapes
{
    public static readonly Shape Box = new BoxShape();
    public static readonly Shape Cylinder = new ConeShape(1);
    public static readonly Shape Shaft = new ConeShape(0.82f);
    public static readonly Shape Cone = new ConeShape(0);
    public static readonly Shape Bell = new ConeShape(0.45f);
    public static readonly Shape Ball = new BallShape(dome: false);
    public static readonly Shape Foliage = new FoliageShape();
    public static readonly Shape Dome = new BallShape(dome: true);
    public static readonly Shape Gable = PolyhedronShape.Tapered(1, 0);
    public static readonly Shape Hip = PolyhedronShape.Tapered(0.6f, 0);
    public static readonly Shape Pyramid = PolyhedronShape.Tapered(0, 0);
    public static readonly Shape Obelisk = PolyhedronShape.Tapered(0.62f, 0.62f);
    public static readonly Shape Batter = PolyhedronShape.Tapered(0.86f, 0.86f);
    public static readonly Shape Mansard = PolyhedronShape.Tapered(0.72f, 0.6f);
    public static readonly Shape Octagon = PolyhedronShape.Regular(8, 1);
    public static readonly Shape OctagonSpire = PolyhedronShape.Regular(8, 0);
    public static readonly Shape Hexagon = PolyhedronShape.Regular(6, 1);
}
