#pragma warning disable CA1034, CA1040, CA1044, CA1051, CA1052, CA1812, CA1813, CA1815, CA1822, CA1823, CA2007, CS0067, CS0169, CS0414, CS0649, IDE0044, IDE0051, IDE0052 // shapes, not code

namespace SocketPools.Architecture.Tests.Probes;

internal class UpperClass
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
    internal class Base : UpperBase;

    internal class Interface : IUpper;

    internal class Field
    {
        private readonly UpperClass? _field;
    }

    internal class ArrayField
    {
        private readonly UpperClass[]? _field;
    }

    internal class GenericArgument
    {
        private readonly Dictionary<string, List<UpperClass>>? _field;
    }

    internal class GenericDefinition
    {
        private readonly UpperList<int>? _field;
    }

    internal class Constraint<T>
        where T : IUpper;

    internal class MethodConstraint
    {
        internal static T? Of<T>()
            where T : IUpper => default;
    }

    internal class Property
    {
        internal UpperEnum Of { get; set; }
    }

    internal class Event
    {
        internal event UpperDelegate? Of;
    }

    internal class Parameter
    {
        internal static void Take(in UpperEnum value)
        {
        }
    }

    internal class Returned
    {
        internal static UpperClass? Give() => null;
    }

    internal class FunctionPointer
    {
        internal static unsafe delegate*<UpperClass, void> Pointer;
    }

    internal class TypeAttribute
    {
        [Upper]
        internal class Inner;
    }

    internal class FieldAttribute
    {
        [Upper]
        private int _field;
    }

    internal class ParameterAttribute
    {
        internal static void Take([Upper] int value)
        {
        }
    }

    internal class ReturnAttribute
    {
        [return: Upper]
        internal static int Give() => 1;
    }

    internal class GenericParameterAttribute<[Upper] T>;

    internal class TypeofInAttribute
    {
        [Plain(typeof(UpperClass))]
        private int _field;
    }

    internal class TypeofInNamedArgument
    {
        [Plain(Named = typeof(UpperList<int>))]
        private int _field;
    }

    internal class EnumInAttribute
    {
        [Plain(UpperEnum.One, "and", 2)]
        private int _field;
    }

    internal class StaticCall
    {
        internal static int Run() => UpperClass.Call();
    }

    internal class ExtensionCall
    {
        internal static int Run() => 2.Twice();
    }

    internal class Lambda
    {
        internal static Func<int> Run() => () => UpperClass.Call();
    }

    internal class LocalFunction
    {
        internal static int Run()
        {
            return Inner();

            static int Inner() => UpperClass.Count;
        }
    }

    internal class Iterator
    {
        internal static IEnumerable<int> Run()
        {
            yield return UpperClass.Call();
        }
    }

    internal class AsyncMethod
    {
        internal static async Task<int> Run()
        {
            await Task.Yield();
            return UpperClass.Call();
        }
    }

    internal class Caught
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

    internal class Pattern
    {
        internal static bool Run(object value) => value is UpperClass;
    }

    internal class Typeof
    {
        internal static string Run() => typeof(UpperClass).Name;
    }

    internal class GenericCall
    {
        internal static object Run() => Activator.CreateInstance<UpperException>();
    }
}
