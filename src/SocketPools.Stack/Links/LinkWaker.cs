using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Stack.Links;

/// <summary>Calls <see cref="ILink.Woken"/>, which may be the program's: what it throws must not look like a fault of the link's.</summary>
internal static class LinkWaker
{
    [SuppressMessage("Design", "CA1031", Justification = "The callback is the program's, and may throw anything.")]
    internal static void Wake(ILink link)
    {
        try
        {
            link.Woken?.Invoke();
        }
        catch (Exception e)
        {
            SocketPools.Diagnostics.CallbackExceptions.Report($"{nameof(ILink)}.{nameof(ILink.Woken)}", e, link);
        }
    }
}
