using System.Runtime.CompilerServices;

// Every native call of this library takes and returns plain numbers and pointers.
[assembly: DisableRuntimeMarshalling]
