namespace Descent;

public sealed partial class Device
{
    private int _eager;

    internal bool IsEager => _eager > 0;

    /// <summary>
    /// Until the scope is disposed each op runs when it is made, one at a time: the same kernels and bits, errors where they happen.
    /// </summary>
    public IDisposable Eager()
    {
        Interlocked.Increment(ref _eager);
        return new EagerScope(this);
    }

    /// <summary>Called for every new node.</summary>
    internal void Built(Tensor node)
    {
        // A view is read where its input lies, so that layouts, and with them bits, are those of a plan.
        if (_eager == 0 || _trace is not null || node.Op is ViewOp)
        {
            return;
        }

        lock (Gate)
        {
            Execute(new Request { Outputs = node.OutputsOf.ToArray(), Caller = node.Op.Name });
        }
    }

    private sealed class EagerScope(Device device) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref device._eager);
            }
        }
    }
}
