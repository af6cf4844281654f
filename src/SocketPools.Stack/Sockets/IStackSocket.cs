using SocketPools.Radios;

namespace SocketPools.Stack.Sockets;

/// <summary>
/// What a socket of a stack has besides <see cref="RadioSocket"/>: a descriptor for event loops that know nothing but descriptors. Each
/// socket that <see cref="Radio.OpenSocket"/> of a <see cref="StackRadio"/> makes implements it.
/// </summary>
public interface IStackSocket
{
    /// <summary>
    /// Gets a descriptor that select(2) and its like find ready when this socket is. The first call makes it; it belongs to the socket,
    /// which closes it, and carries no data.
    /// </summary>
    /// <param name="descriptor">The descriptor; -1 after a failure.</param>
    /// <returns>EBADF: closed. EMFILE, ENFILE: the process, or the system, has no more of them. EOPNOTSUPP: this is not Linux.</returns>
    RadioResult OpenReadiness(out int descriptor);

    /// <summary>
    /// Leaves the descriptor of <see cref="OpenReadiness"/> to the caller, which closes it. The socket does not touch it any more, and
    /// the next call makes another.
    /// </summary>
    void DetachReadiness();
}
