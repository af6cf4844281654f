"""Writes the table of boards that the stand-in `board` uses, from a checkout of CircuitPython: names of pins, buses and displays.

    python3 python/tools/board_pins.py CHECKOUT > python/modules/socketpool_run/hardware/boards.tsv

Taken are facts only: which names `board` has on which board, which of them are one pin, and the size of a built-in display. One line a
board: its id, its name, its chip, its display or "-" (kind, width, height, rotation, depth), and its names: `D13,LED=GPIO13` is one pin
with two names, `STEMMA_I2C*` makes a bus, `DISPLAY!` is an object.
"""

import os
import re
import sys

_ROW = re.compile(r"MP_(?:ROM|OBJ_NEW)_QSTR\(MP_QSTR_(\w+)\)\s*,\s*MP_ROM_(?:PTR|INT|NONE)\(?&?([\w.\[\]]*)")
_CONSTRUCTORS = {
    # name of the function in C: kind, and where the first of width, height, rotation and depth are among the arguments
    "common_hal_busdisplay_busdisplay_construct": ("bus", 2, 3, 6, 7),
    "common_hal_epaperdisplay_epaperdisplay_construct": ("paper", None, None, None, None),
    "common_hal_framebufferio_framebufferdisplay_construct": ("frame", None, None, None, None),
}


def main(checkout):
    print(f"# Made by python/tools/board_pins.py from adafruit/circuitpython {version(checkout)}: facts of ports/*/boards/*.")
    for port in ("espressif", "raspberrypi"):
        top = os.path.join(checkout, "ports", port, "boards")
        for board in sorted(os.listdir(top)):
            line = describe(os.path.join(top, board), board)
            if line:
                print(line)


def version(checkout):
    head = os.path.join(checkout, "COMMIT")
    return read(head).strip() if os.path.exists(head) else "unknown"


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)


def describe(folder, board):
    pins = read(os.path.join(folder, "pins.c"))
    header = read(os.path.join(folder, "mpconfigboard.h"))
    make = read(os.path.join(folder, "mpconfigboard.mk"))
    if not pins:
        return None
    chip = re.search(r"^\s*(?:IDF_TARGET|CHIP_VARIANT)\s*=\s*(\S+)", make, re.M)
    name = re.search(r'MICROPY_HW_BOARD_NAME\s+"([^"]*)"', header)
    mcu = re.search(r'MICROPY_HW_MCU_NAME\s+"([^"]*)"', header)
    names, others = {}, []
    for label, value in _ROW.findall(pins[max(0, pins.rfind("board_module_globals_table[]")) :]):
        if value.startswith("pin_"):
            names.setdefault(value[4:], []).append(label)
        elif value.startswith("board_") and value.endswith("_obj"):
            others.append(label + "*")
        else:
            others.append(label + "!")
    groups = [f"{','.join(labels)}={pin}" for pin, labels in names.items()]
    if not groups:
        return None
    display = shape(read(os.path.join(folder, "board.c"))) if any(other.startswith("DISPLAY") for other in others) else "-"
    wifi = "wifi" if "ports/espressif" in folder and chip and chip[1] not in ("esp32h2", "esp32p4") or re.search(r"CYW43\s*=\s*1", make) else "-"
    return "\t".join([board, name[1] if name else board, mcu[1] if mcu else chip[1] if chip else "-", wifi, display, " ".join(groups + others)])


def shape(source):
    defines = dict(re.findall(r"#define\s+(\w+)\s+\(?(\d+)\)?", source))
    for function, (kind, *places) in _CONSTRUCTORS.items():
        if function + "(" not in source:
            continue
        arguments = split(source[source.index(function + "(") + len(function) + 1 :])
        if kind == "bus":
            numbers = [defines.get(arguments[place].strip(), arguments[place].strip()) for place in places]
        elif kind == "paper":
            named = dict(re.findall(r"\.(\w+)\s*=\s*([\w.]+)", source))
            at = [defines.get(named.get(key, "0"), named.get(key, "0")) for key in ("width", "height", "rotation")]
            numbers = [*at, "2" if named.get("grayscale") == "true" else "1"]
        else:
            numbers = ["0", "0", "0", "16"]
        return ":".join([kind, *(number if number.isdigit() else "0" for number in numbers)])
    return "-"


def split(text):
    depth, at, found = 0, 0, []
    for index, letter in enumerate(text):
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            if depth == 0:
                found.append(text[at:index])
                return found
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(text[at:index])
            at = index + 1
    return found


if __name__ == "__main__":
    main(sys.argv[1])
