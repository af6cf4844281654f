"""Warns when an analog pin says that the battery is low."""

import analogio
import board
from desk_net import join, session

pin = analogio.AnalogIn(board.VOLTAGE_MONITOR)
volts = pin.value / 65535 * pin.reference_voltage * 2
print(f"{volts:.1f} volts")
if volts < 3.5:
    print(session(join()).post("https://hooks.example.com/battery", json={"volts": round(volts, 1)}).status_code)
