"""CircuitPython's `keypad_demux`: a matrix whose rows are chosen by a decoder; `key_3 = True` in the file of values presses key 3."""

from keypad import KeyMatrix as _KeyMatrix

__all__ = ["DemuxKeyMatrix"]


class DemuxKeyMatrix(_KeyMatrix):
    """As `keypad.KeyMatrix`, with two to the power of its row pins rows."""

    def __init__(self, row_addr_pins, column_pins, columns_to_anodes=True, transpose=False, interval=0.020, max_events=64, debounce_threshold=1):
        super().__init__(row_addr_pins, column_pins, columns_to_anodes, interval, max_events, debounce_threshold)
        self._state = [False] * ((1 << len(row_addr_pins)) * len(column_pins))
