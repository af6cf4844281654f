"""CircuitPython's `adafruit_bus_device`: one device on a bus that others use, too."""
