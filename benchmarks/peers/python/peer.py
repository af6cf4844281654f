"""The CPython contender: "run NAME COUNT" on stdin, nanoseconds per operation on stdout, until stdin ends.

The same loops as peers/c, on the standard library's socket with settimeout(5).
"""

import sys
import time

import lifecycle
import tcp
import udp

BENCHMARKS = {
    "tcp-64": tcp.run_small,
    "tcp-64k": tcp.run_blocks,
    "recv-32": tcp.run_receive_small,
    "ping-pong": tcp.run_ping_pong,
    "udp-64": udp.run_unconnected,
    "udp-64-connected": udp.run_connected,
    "accept-close": lifecycle.run_accept_close,
    "create-close-tcp": lifecycle.run_create_close_tcp,
    "create-close-udp": lifecycle.run_create_close_udp,
}


def timed(loop, state, count):
    """Runs the loop a little to warm up, then so many times under the clock."""
    loop(*state, count // 16 + 1)
    start = time.perf_counter_ns()
    loop(*state, count)
    return (time.perf_counter_ns() - start) / count


def main():
    for line in sys.stdin:
        _, name, count = line.split()
        print(f"{BENCHMARKS[name](timed, int(count)):.3f}", flush=True)


if __name__ == "__main__":
    main()
