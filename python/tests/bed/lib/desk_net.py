"""Joins the network that settings.toml names, and makes the pool and the TLS context."""

import os
import ssl

import socketpool
import wifi


def join():
    """The pool of a radio that is in its network."""
    wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID"), os.getenv("CIRCUITPY_WIFI_PASSWORD"))
    return socketpool.SocketPool(wifi.radio)


def session(pool):
    """A session for HTTP and HTTPS."""
    from desk_http import Session

    return Session(pool, ssl.create_default_context())
