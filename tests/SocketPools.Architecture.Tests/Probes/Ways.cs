#pragma warning disable CA1034, CA1040, CA1044, CA1051, CA1052, CA1812, CA1813, CA1815, CA1822, CA1823, CA2007, CS0067, CS0169, CS0414, CS0649, IDE0044, IDE0051, IDE0052 // shapes, not code

namespace SocketPools.Architecture.Tests.Probes;

internal sealed class UpperClass
{
    public static int Count { get; set; }

    public static int Call() => 1;
}

internal class UpperBase;

internal interface IUpper;

internal sealed class UpperList<T> : List<T>;

internal enum UpperEnum
{
    One = 1,
}

internal sealed class UpperException : Exception;

internal delegate void UpperDelegate();

internal static class UpperExtensions
{
    internal static int Twice(this int value) => value * 2;
}

[AttributeUsage(AttributeTargets.All)]
internal sealed class UpperAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
internal sealed class PlainAttribute(params object?[] values) : Attribute
{
    public object?[] Values { get; } = values;

    public Type? Named { get; set; }
}

/// <summary>Types that refer to a type named <c>Upper…</c> in one way each.</summary>
internal static class Ways
{
    internal sealed class Base : UpperBase;

    internal sealed class Interface : IUpper;

    internal sealed class Field
    {
        private readonly UpperClass? _field;
    }

    internal sealed class ArrayField
    {
        private readonly UpperClass[]? _field;
    }

    internal sealed class GenericArgument
    {
        private readonly Dictionary<string, List<UpperClass>>? _field;
    }

    internal sealed class GenericDefinition
    {
        private readonly UpperList<int>? _field;
    }

    internal sealed class Constraint<T>
        where T : IUpper;

    internal sealed class MethodConstraint
    {
        internal static T? Of<T>()
            where T : IUpper => default;
    }

    internal sealed class Property
    {
        internal UpperEnum Of { get; set; }
    }

    internal sealed class Event
    {
        internal event UpperDelegate? Of;
    }

    internal sealed class Parameter
    {
        internal static void Take(in UpperEnum value)
        {
        }
    }

    internal sealed class Returned
    {
        internal static UpperClass? Give() => null;
    }

    internal sealed class FunctionPointer
    {
        internal static unsafe delegate*<UpperClass, void> Pointer;
    }

    internal sealed class TypeAttribute
    {
        [Upper]
        internal sealed class Inner;
    }

    internal sealed class FieldAttribute
    {
        [Upper]
        private int _field;
    }

    internal sealed class ParameterAttribute
    {
        internal static void Take([Upper] int value)
        {
        }
    }

    internal sealed class ReturnAttribute
    {
        [return: Upper]
        internal static int Give() => 1;
    }

    internal sealed class GenericParameterAttribute<[Upper] T>;

    internal sealed class TypeofInAttribute
    {
        [Plain(typeof(UpperClass))]
        private int _field;
    }

    internal sealed class TypeofInNamedArgument
    {
        [Plain(Named = typeof(UpperList<int>))]
        private int _field;
    }

    internal sealed class EnumInAttribute
    {
        [Plain(UpperEnum.One, "and", 2)]
        private int _field;
    }

    internal sealed class StaticCall
    {
        internal static int Run() => UpperClass.Call();
    }

    internal sealed class ExtensionCall
    {
        internal static int Run() => 2.Twice();
    }

    internal sealed class Lambda
    {
        internal static Func<int> Run() => () => UpperClass.Call();
    }

    internal sealed class LocalFunction
    {
        internal static int Run()
        {
            return Inner();

            static int Inner() => UpperClass.Count;
        }
    }

    internal sealed class Iterator
    {
        internal static IEnumerable<int> Run()
        {
            yield return UpperClass.Call();
        }
    }

    internal sealed class AsyncMethod
    {
        internal static async Task<int> Run()
        {
            await Task.Yield();
            return UpperClass.Call();
        }
    }

    internal sealed class Caught
    {
        internal static void Run(Action action)
        {
            try
            {
                action();
            }
            catch (UpperException)
            {
            }
        }
    }

    internal sealed class Pattern
    {
        internal static bool Run(object value) => value is UpperClass;
    }

    internal sealed class Typeof
    {
        internal static string Run() => typeof(UpperClass).Name;
    }

    internal sealed class GenericCall
    {
        internal static object Run() => Activator.CreateInstance<UpperException>();
    }
}
