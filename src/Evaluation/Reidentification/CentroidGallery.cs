namespace Retrieval.Evaluation.Reidentification;

/// <summary>Which gallery images are averaged into which centroid when centroids replace the instances of a gallery.</summary>
/// <remarks>"On the unreasonable effectiveness of centroids in image retrieval". Groups come by ascending identity.</remarks>
public static class CentroidGallery
{
    /// <summary>One centroid an identity.</summary>
    public static IReadOnlyList<CentroidGroup> ByIdentity(IReadOnlyList<int> galleryIdentities) =>
        [.. Enumerable.Range(0, galleryIdentities.Count)
            .GroupBy(index => galleryIdentities[index])
            .OrderBy(group => group.Key)
            .Select(group => new CentroidGroup(group.Key, [.. group], []))];

    /// <summary>
    /// For each camera c of an identity's queries, the centroid of its gallery images that c did not see, so that a query
    /// finds one free of its own camera. Cameras that leave the same cameras over share one centroid.
    /// </summary>
    /// <remarks>A gallery identity that no query has gets no centroid: so does the published protocol, whose galleries are thereby easier.</remarks>
    public static IReadOnlyList<CentroidGroup> ByIdentityAndQueryCamera(
        IReadOnlyList<int> queryIdentities,
        IReadOnlyList<int> queryCameras,
        IReadOnlyList<int> galleryIdentities,
        IReadOnlyList<int> galleryCameras)
    {
        var queriesOf = Enumerable.Range(0, queryIdentities.Count).ToLookup(query => queryIdentities[query]);
        var groups = new List<CentroidGroup>();
        foreach (var whole in ByIdentity(galleryIdentities))
        {
            var first = groups.Count;
            foreach (var camera in queriesOf[whole.Identity].Select(query => queryCameras[query]).Distinct().Order())
            {
                int[] members = [.. whole.Members.Where(index => galleryCameras[index] != camera)];
                int[] cameras = [.. members.Select(index => galleryCameras[index]).Distinct().Order()];
                if (members.Length > 0 && !groups.Skip(first).Any(group => group.Cameras.SequenceEqual(cameras)))
                    groups.Add(new CentroidGroup(whole.Identity, members, cameras));
            }
        }
        return groups;
    }
}
