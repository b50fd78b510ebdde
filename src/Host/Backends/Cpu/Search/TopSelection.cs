using System.Numerics;

namespace Retrieval.Host.Backends.Cpu.Search;

/// <summary>Selection of the largest keys without sorting them.</summary>
internal static class TopSelection
{
    /// <summary>Moves the <paramref name="wanted"/> largest keys to the front, the smallest of them to the last of these places; expected linear time.</summary>
    public static void Partition(Span<ulong> keys, int wanted)
    {
        int low = 0, high = keys.Length - 1, target = wanted - 1;
        for (var patience = 2 * BitOperations.Log2((uint)keys.Length + 1); low < high; patience--)
        {
            if (patience == 0)
            {
                keys[low..(high + 1)].Sort(static (left, right) => right.CompareTo(left));
                return;
            }
            var (left, right) = Split(keys, low, high);
            if (target <= right)
                high = right;
            else if (target >= left)
                low = left;
            else
                return;
        }
    }

    /// <summary>Parts keys[low..high] around a middle one: what is left of the returned Left is not smaller, what is right of Right not larger.</summary>
    private static (int Left, int Right) Split(Span<ulong> keys, int low, int high)
    {
        var pivot = Median(keys[low], keys[(int)(((uint)low + (uint)high) / 2)], keys[high]);
        int left = low, right = high;
        while (left <= right)
        {
            while (keys[left] > pivot)
                left++;
            while (keys[right] < pivot)
                right--;
            if (left <= right)
            {
                (keys[left], keys[right]) = (keys[right], keys[left]);
                left++;
                right--;
            }
        }
        return (left, right);
    }

    private static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
