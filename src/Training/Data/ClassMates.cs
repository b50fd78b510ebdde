using System.Collections;

namespace Retrieval.Training.Data;

/// <summary>All members of a class but one, without a list of their own: a class of n images has n of these.</summary>
internal sealed class ClassMates(int[] members, int place) : IReadOnlyList<int>
{
    public int Count => members.Length - 1;

    public int this[int index] => members[index < place ? index : index + 1];

    public IEnumerator<int> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
