using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// Reads the questions and records of a DNS message from first to last (RFC 1035, section 4.1), each at most once; how many there are
/// the bytes decide, not the counts in the header alone.
/// </summary>
internal ref struct DnsReader
{
    private readonly DnsView _view;
    private int _at = DnsView.HeaderLength;
    private int _questions;
    private int _records;
    private int _steps;

    internal DnsReader(DnsView view) => _view = view;

    /// <summary>Whether something was found that cannot be read; nothing behind it is.</summary>
    internal bool IsMalformed { get; private set; }

    /// <summary>Labels, pointers and records looked at.</summary>
    internal readonly int Steps => _steps;

    /// <summary>Reads the next question. False: there is none.</summary>
    internal bool TryReadQuestion(out DnsQuestion question)
    {
        question = default;
        if (IsMalformed || _questions == _view.Questions)
        {
            return false;
        }

        if (!TryReadName(out DnsName name, 4))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _view.Bytes[_at..];
        question = new DnsQuestion
        {
            Name = name,
            Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(bytes),
            Class = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
        };
        _at += 4;
        _questions++;
        return true;
    }

    /// <summary>Reads the next record, over questions that were not read. False: there is none.</summary>
    internal bool TryReadRecord(out DnsRecord record)
    {
        record = default;
        while (TryReadQuestion(out _))
        {
        }

        int authorities = _view.Answers + _view.Authorities;
        if (IsMalformed || _records == authorities + _view.Additionals || !TryReadName(out DnsName name, 10))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _view.Bytes[_at..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        if (length > bytes.Length - 10)
        {
            IsMalformed = true;
            return false;
        }

        DnsSection section = _records < _view.Answers ? DnsSection.Answer : _records < authorities ? DnsSection.Authority : DnsSection.Additional;
        record = new DnsRecord(_view.Bytes, name, section, _at, length);
        _at += 10 + length;
        _records++;
        return true;
    }

    private bool TryReadName(out DnsName name, int following)
    {
        bool isRead = DnsName.TryRead(_view.Bytes, _at, out name, out int end, ref _steps) && end + following <= _view.Bytes.Length;
        _at = isRead ? end : _at;
        IsMalformed = !isRead;
        return isRead;
    }
}

/// <summary>A resource record (RFC 1035, section 4.1.3).</summary>
internal readonly ref struct DnsRecord
{
    private const int SoaNumbers = 20;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _at;

    internal DnsRecord(ReadOnlySpan<byte> message, DnsName name, DnsSection section, int at, int dataLength)
    {
        _message = message;
        _at = at;
        Name = name;
        Section = section;
        Data = message.Slice(at + 10, dataLength);
    }

    internal DnsName Name { get; }

    internal DnsSection Section { get; }

    internal DnsType Type => (DnsType)BinaryPrimitives.ReadUInt16BigEndian(_message[_at..]);

    internal ushort Class => BinaryPrimitives.ReadUInt16BigEndian(_message[(_at + 2)..]);

    /// <summary>For how many seconds it may be kept, 0..2^31-1; with the highest bit set 0 (RFC 2181, section 8).</summary>
    internal int TimeToLive => Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(_message[(_at + 4)..]));

    /// <summary>The bytes of its data, in which names may be compressed.</summary>
    internal ReadOnlySpan<byte> Data { get; }

    private int DataEnd => _at + 10 + Data.Length;

    /// <summary>The address in a record of type A or AAAA.</summary>
    internal bool TryReadAddress(out IPAddressValue address)
    {
        bool isA = Type == DnsType.A && Class == DnsView.InternetClass && Data.Length == 4;
        bool isAaaa = Type == DnsType.Aaaa && Class == DnsView.InternetClass && Data.Length == 16;
        address = isA ? IPAddressValue.ReadIPv4(Data) : isAaaa ? IPAddressValue.ReadIPv6(Data) : default;
        return address.HasValue;
    }

    /// <summary>The name that a record of type CNAME or NS consists of.</summary>
    internal bool TryReadName(out DnsName name)
    {
        int steps = 0;
        name = default;
        return Type is DnsType.Cname or DnsType.Ns && DnsName.TryRead(_message, _at + 10, out name, out int end, ref steps) && end == DataEnd;
    }

    /// <summary>For how many seconds a record of type SOA says that a name is not there: its own time or its minimum, the lesser (RFC 2308, section 5).</summary>
    internal bool TryReadNegativeTimeToLive(out int seconds)
    {
        int steps = 0;
        bool isRead = Type == DnsType.Soa && DnsName.TryRead(_message, _at + 10, out _, out int end, ref steps)
            && DnsName.TryRead(_message, end, out _, out end, ref steps) && end + SoaNumbers == DataEnd;
        seconds = isRead ? Math.Min(TimeToLive, Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(Data[^4..]))) : 0;
        return isRead;
    }
}
