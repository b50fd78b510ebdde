using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Evaluation.Reidentification;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Evaluation;

public sealed class ReidentificationOracleTests
{
    private static readonly Protocol Protocol = new("oracle", "oracle");

    [Theory]
    [OracleData("reid")]
    public void Ranked_gallery(string path)
    {
        var oracle = OracleCase.Load(path);
        var truth = CameraGroundTruth.ForImages(
            oracle.Integers("in.query_pid"), oracle.Integers("in.query_cam"), oracle.Integers("in.gallery_pid"), oracle.Integers("in.gallery_cam"));
        CheckFigures(oracle, truth, oracle.Rows("in.order"));
    }

    [Theory]
    [OracleData("reid_embeddings")]
    public void Embeddings(string path)
    {
        var oracle = OracleCase.Load(path);
        var set = new Embedded(oracle);
        var truth = CameraGroundTruth.ForImages(set.QueryIdentities, set.QueryCameras, set.GalleryIdentities, set.GalleryCameras);
        var distances = set.Distances(set.Gallery);
        oracle.Check("out.distance", distances.SelectMany(row => row).ToArray());
        var rankings = Array.ConvertAll(distances, Distances.Order);
        oracle.CheckEqual("out.order", rankings.SelectMany(ranking => ranking));
        CheckFigures(oracle, truth, rankings);
    }

    [Theory]
    [OracleData("reid_centroids")]
    public void Centroids(string path)
    {
        var oracle = OracleCase.Load(path);
        var set = new Embedded(oracle);
        var cameraRule = oracle.Flag("camera_lists");
        var groups = cameraRule
            ? CentroidGallery.ByIdentityAndQueryCamera(set.QueryIdentities, set.QueryCameras, set.GalleryIdentities, set.GalleryCameras)
            : CentroidGallery.ByIdentity(set.GalleryIdentities);
        oracle.CheckEqual("out.centroid_pid", groups.Select(group => group.Identity));
        if (cameraRule)
            Assert.Equal(oracle.Lists("out.centroid_cams"), groups.Select(group => group.Cameras.ToArray()));

        double[][] centroids = [.. groups.Select(group => Distances.Mean([.. group.Members.Select(index => set.Gallery[index])]))];
        oracle.Check("out.centroids", centroids.SelectMany(centroid => centroid).ToArray());
        IGroundTruth truth = cameraRule
            ? CameraGroundTruth.ForCentroids(set.QueryIdentities, set.QueryCameras, groups)
            : LabelGroundTruth.Between(set.QueryIdentities, groups.Select(group => group.Identity));
        CheckFigures(oracle, truth, Array.ConvertAll(set.Distances(centroids), Distances.Order));
    }

    [Fact]
    public void Junk_identity_is_ignored_and_distractors_are_wrong()
    {
        var truth = CameraGroundTruth.ForImages([7], [1], [CameraGroundTruth.JunkIdentity, 0, 7, 7], [2, 2, 1, 2]);
        Assert.Equal(
            [Relevance.Junk, Relevance.Negative, Relevance.Junk, Relevance.Positive],
            Enumerable.Range(0, 4).Select(entry => truth.Judge(0, entry)));
        Assert.Equal(1, truth.PositiveCount(0));
    }

    [Fact]
    public void Identities_and_cameras_of_different_number_are_refused()
    {
        Assert.Contains("2 gallery identities, but 1 cameras", Assert.Throws<ArgumentException>(() => CameraGroundTruth.ForImages([1], [1], [1, 2], [1])).Message);
        Assert.Contains("1 query identities, but 2 cameras", Assert.Throws<ArgumentException>(() => CameraGroundTruth.ForImages([1], [1, 2], [1], [1])).Message);
    }

    private static void CheckFigures(OracleCase oracle, IGroundTruth truth, long[][] rankings)
    {
        var evaluator = new RankingEvaluator(truth, ScoringRules.Reidentification);
        for (var query = 0; query < rankings.Length; query++)
            evaluator.Add(query, rankings[query]);
        var figures = evaluator.Figures(Protocol);
        oracle.Check("out.map", [figures.MeanAveragePrecision]);
        oracle.Check("out.cmc", figures.RankCurve(oracle.Integer("max_rank")));
        oracle.Check("out.topk", oracle.List("topk").Select(k => figures.Recall((int)k)).ToArray());
        if (!oracle.Has("out.valid_query"))
            return;
        var scored = figures.Queries.Where(query => query.PositiveCount > 0).ToArray();
        oracle.CheckEqual("out.valid_query", scored.Select(query => query.Query));
        oracle.Check("out.ap", scored.Select(query => query.AveragePrecision).ToArray());
    }

    /// <summary>Queries first, then the gallery, as the re-identification cases store them.</summary>
    private sealed class Embedded(OracleCase oracle)
    {
        private readonly double[][] _rows = oracle.Vectors("in.embeddings");
        private readonly int _queryCount = oracle.Integer("num_query");

        public int[] QueryIdentities => oracle.Integers("in.pid")[.._queryCount];

        public int[] QueryCameras => oracle.Integers("in.cam")[.._queryCount];

        public int[] GalleryIdentities => oracle.Integers("in.pid")[_queryCount..];

        public int[] GalleryCameras => oracle.Integers("in.cam")[_queryCount..];

        public double[][] Gallery => _rows[_queryCount..];

        public double[][] Distances(double[][] database)
        {
            var distance = Evaluation.Distances.Named(oracle.Text("distance"));
            var unit = Array.ConvertAll(database, Evaluation.Distances.Normalized);
            return Array.ConvertAll(_rows[.._queryCount], query => Array.ConvertAll(unit, row => distance(Evaluation.Distances.Normalized(query), row)));
        }
    }
}
