namespace Descent;

/// <summary>The compiled plans of a device by their keys; the least recently used one leaves first.</summary>
internal sealed class PlanCache
{
    public const int Capacity = 256;
    private readonly Dictionary<PlanKey, LinkedListNode<(PlanKey Key, Plan Plan)>> _plans = [];
    private readonly LinkedList<(PlanKey Key, Plan Plan)> _recent = [];

    public int Count => _plans.Count;

    /// <summary>How many plans were compiled.</summary>
    public long Misses { get; private set; }

    public Plan? Find(PlanKey key)
    {
        if (!_plans.TryGetValue(key, out LinkedListNode<(PlanKey Key, Plan Plan)>? entry))
        {
            return null;
        }

        if (entry != _recent.First)
        {
            _recent.Remove(entry);
            _recent.AddFirst(entry);
        }

        return entry.Value.Plan;
    }

    /// <summary>In what a key differs from the last one: what to look at when a loop compiles again and again.</summary>
    public string Difference(PlanKey key) => _recent.First is { } last ? key.Difference(last.Value.Key) : "nothing was compiled before";

    public void Add(PlanKey key, Plan plan)
    {
        Misses++;
        PlanKey copy = key.Copy();
        _plans.Add(copy, _recent.AddFirst((copy, plan)));
        if (_plans.Count > Capacity)
        {
            _plans.Remove(_recent.Last!.Value.Key);
            _recent.RemoveLast();
        }
    }
}
