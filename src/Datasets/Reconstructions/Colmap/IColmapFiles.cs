namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>The files of a sparse model in one of their forms. Records come one by one; a damaged file is refused when they get there.</summary>
internal interface IColmapFiles
{
    /// <summary>The file of cameras, images or points3D.</summary>
    string PathOf(string file);

    IEnumerable<ColmapCamera> Cameras();

    IEnumerable<ColmapPoint> Points();

    IEnumerable<ColmapImage> Images();
}
