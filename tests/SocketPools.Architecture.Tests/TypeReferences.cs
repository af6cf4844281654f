using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SocketPools.Architecture.Tests;

/// <summary>
/// Every type that a type refers to: in its declaration, its members' signatures, its attributes with their arguments, and its IL.
/// A constant of another type is a number in the IL, so it is no reference.
/// </summary>
internal static class TypeReferences
{
    /// <summary>A type and a type of the same assembly that it refers to, both outermost types.</summary>
    internal readonly record struct Pair(string From, string To);

    /// <summary>Lists the references of a type and of those nested in it.</summary>
    internal static IEnumerable<Pair> Of(TypeDefinition type)
    {
        string from = NameOf(type)!;
        return InType(type).SelectMany(Unwrap)
            .Where(used => used.Scope == type.Scope || used is TypeDefinition)
            .Select(NameOf)
            .Where(to => to is not null && to != from)
            .Select(to => new Pair(from, to!));
    }

    /// <summary>Finds what an assembly refers to: the size of an enumeration in an attribute's arguments stands in the enumeration's assembly.</summary>
    internal static BaseAssemblyResolver ResolverFor(string assembly)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string shared = Path.GetDirectoryName(Path.GetDirectoryName(runtime))!;
        DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(Path.GetDirectoryName(assembly)!);
        resolver.AddSearchDirectory(AppContext.BaseDirectory);
        resolver.AddSearchDirectory(runtime);
        foreach (string web in Directory.GetDirectories(Path.Combine(shared, "Microsoft.AspNetCore.App")))
        {
            resolver.AddSearchDirectory(web);
        }

        return resolver;
    }

    private static IEnumerable<TypeReference?> InType(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(i => i.InterfaceType),
        .. InGenericParameters(type),
        .. InAttributes(type),
        .. type.Fields.SelectMany(f => InAttributes(f).Append(f.FieldType)),
        .. type.Properties.SelectMany(p => InAttributes(p).Append(p.PropertyType)),
        .. type.Events.SelectMany(e => InAttributes(e).Append(e.EventType)),
        .. type.Methods.SelectMany(InMethod),
        .. type.NestedTypes.SelectMany(InType),
    ];

    private static IEnumerable<TypeReference?> InMethod(MethodDefinition method) =>
    [
        .. InSignature(method),
        .. InAttributes(method),
        .. InAttributes(method.MethodReturnType),
        .. method.Parameters.SelectMany(InAttributes),
        .. InGenericParameters(method),
        .. method.Overrides.SelectMany(o => InSignature(o).Append(o.DeclaringType)),
        .. method.HasBody ? InBody(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> InBody(MethodBody body) =>
    [
        .. body.Variables.Select(v => v.VariableType),
        .. body.ExceptionHandlers.Select(h => h.CatchType),
        .. body.Instructions.SelectMany(i => InOperand(i.Operand)),
    ];

    private static IEnumerable<TypeReference?> InOperand(object? operand) => operand switch
    {
        TypeReference type => [type],
        MethodReference method => InSignature(method).Append(method.DeclaringType).Concat((method as GenericInstanceMethod)?.GenericArguments ?? []),
        FieldReference field => [field.DeclaringType, field.FieldType],
        CallSite site => [site.ReturnType, .. site.Parameters.Select(p => p.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> InSignature(MethodReference method) =>
        method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference?> InGenericParameters(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(p => InAttributes(p).Concat(p.Constraints.Select(c => c.ConstraintType)));

    private static IEnumerable<TypeReference?> InAttributes(ICustomAttributeProvider provider) =>
        provider.HasCustomAttributes ? provider.CustomAttributes.SelectMany(InAttribute) : [];

    private static IEnumerable<TypeReference?> InAttribute(CustomAttribute attribute) =>
    [
        .. InSignature(attribute.Constructor),
        attribute.AttributeType,
        .. attribute.AttributeType.Name.StartsWith("Nullable", StringComparison.Ordinal)
            ? []
            : attribute.ConstructorArguments.Concat(attribute.Properties.Concat(attribute.Fields).Select(named => named.Argument)).SelectMany(InArgument),
    ];

    // typeof(...) is a value of type System.Type; an array of values has them as its elements.
    private static IEnumerable<TypeReference?> InArgument(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference type => [argument.Type, type],
        CustomAttributeArgument boxed => InArgument(boxed),
        CustomAttributeArgument[] elements => elements.SelectMany(InArgument).Append(argument.Type),
        _ => [argument.Type],
    };

    private static IEnumerable<TypeReference> Unwrap(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Unwrap).Concat(Unwrap(generic.ElementType)),
        FunctionPointerType pointer => pointer.Parameters.Select(p => p.ParameterType).Append(pointer.ReturnType).SelectMany(Unwrap),
        IModifierType modifier => Unwrap(modifier.ElementType).Concat(Unwrap(modifier.ModifierType)),
        TypeSpecification specification => Unwrap(specification.ElementType),
        _ => [type],
    };

    private static string? NameOf(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        // The compiler's own types have no folder; the name of a file-local type is <File>F…__Name.
        return type.Name.StartsWith('<') && !type.Name.Contains("__", StringComparison.Ordinal) ? null : $"{type.Namespace}.{type.Name}";
    }
}
