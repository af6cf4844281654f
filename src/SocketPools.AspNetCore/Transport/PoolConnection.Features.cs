using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SocketPools.AspNetCore.Transport;

internal sealed partial class PoolConnection
    : IConnectionIdFeature,
        IConnectionTransportFeature,
        IConnectionItemsFeature,
        IConnectionLifetimeFeature,
        IConnectionEndPointFeature,
        IMemoryPoolFeature,
        IPoolSocketFeature
{
    private IDictionary<object, object?>? _items;

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; }

    public override IDuplexPipe Transport { get; set; }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public MemoryPool<byte> MemoryPool => _settings.Memory;

    public PoolSocket Socket => _socket;

    public override void Abort() =>
        Abort(new ConnectionAbortedException("The connection was aborted by the application via IConnectionLifetimeFeature.Abort()."));

    private FeatureCollection CreateFeatures()
    {
        FeatureCollection features = new(8);
        features.Set<IConnectionIdFeature>(this);
        features.Set<IConnectionTransportFeature>(this);
        features.Set<IConnectionItemsFeature>(this);
        features.Set<IConnectionLifetimeFeature>(this);
        features.Set<IConnectionEndPointFeature>(this);
        features.Set<IMemoryPoolFeature>(this);
        features.Set<IPoolSocketFeature>(this);
        return features;
    }
}
