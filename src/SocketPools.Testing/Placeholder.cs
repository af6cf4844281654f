namespace SocketPools.Testing; internal static class Placeholder;
