/* Has the module ask for functions of glibc in versions that glibc 2.28 has (manylinux_2_28), whatever glibc it is linked with: the linker leads
   each call of NAME to __wrap_NAME (--wrap, in the project file), which goes on to the old version. Both have the same parameters. gettid is
   newer than that, and a system call. A test reads the versions of the linked module: one that is too new gets a line here and in the project. */

#if defined(__x86_64__)
#define GO(name) jmp name@PLT
#define BASE GLIBC_2.2.5
#define OF_CLOCK GLIBC_2.3.3
#define OF_NAME GLIBC_2.12
#elif defined(__aarch64__)
#define GO(name) b name
#define BASE GLIBC_2.17
#define OF_CLOCK GLIBC_2.17
#define OF_NAME GLIBC_2.17
#else
#error "for x86-64 and ARM64"
#endif

#define OLD_(name, version) \
    .symver old_##name, name##@version ; \
    .globl __wrap_##name ; \
    .hidden __wrap_##name ; \
    .type __wrap_##name, %function ; \
__wrap_##name: ; \
    GO(old_##name) ; \
    .size __wrap_##name, . - __wrap_##name
#define OLD(name, version) OLD_(name, version)

    .text
    OLD(dladdr, BASE)
    OLD(dlclose, BASE)
    OLD(dlerror, BASE)
    OLD(dlopen, BASE)
    OLD(dlsym, BASE)
    OLD(shm_open, BASE)
    OLD(shm_unlink, BASE)
    OLD(pthread_attr_getstack, BASE)
    OLD(pthread_attr_setstacksize, BASE)
    OLD(pthread_create, BASE)
    OLD(pthread_getattr_np, BASE)
    OLD(pthread_key_create, BASE)
    OLD(pthread_kill, BASE)
    OLD(pthread_mutexattr_destroy, BASE)
    OLD(pthread_mutexattr_init, BASE)
    OLD(pthread_mutexattr_settype, BASE)
    OLD(pthread_once, BASE)
    OLD(pthread_rwlock_rdlock, BASE)
    OLD(pthread_rwlock_unlock, BASE)
    OLD(pthread_rwlock_wrlock, BASE)
    OLD(pthread_setspecific, BASE)
    OLD(pthread_sigmask, BASE)
    OLD(log, BASE)
    OLD(pow, BASE)
    OLD(pthread_condattr_setclock, OF_CLOCK)
    OLD(pthread_setname_np, OF_NAME)

    .globl __wrap_gettid
    .hidden __wrap_gettid
    .type __wrap_gettid, %function
__wrap_gettid:
#if defined(__x86_64__)
    mov $186, %eax
    syscall
    ret
#else
    mov x8, #178
    svc #0
    ret
#endif
    .size __wrap_gettid, . - __wrap_gettid

    .section .note.GNU-stack, "", %progbits
