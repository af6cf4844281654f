"""Names of modules that boards have built in: there a file of the same name on the drive is never looked at."""

# CircuitPython 10's shared-bindings; what a board lacks of them it lacks as a file too.
CORE = frozenset("""
_bleio _eve _pixelmap _stage adafruit_bus_device adafruit_pixelbuf aesio alarm analogbufio analogio atexit audiobusio audiocore audiodelays
audiofilters audiofreeverb audioio audiomixer audiomp3 audiopwmio aurora_epaper bitbangio bitmapfilter bitmaptools bitops board busdisplay
busio camera canio codeop countio cyw43 digitalio displayio dotclockframebuffer dualbank epaperdisplay espcamera espidf espnow espulp
floppyio fontio fourwire framebufferio frequencyio getpass gifio gnss hashlib i2cdisplaybus i2cioexpander i2ctarget imagecapture
ipaddress is31fl3741 jpegio keypad keypad_demux lvfontio locale math max3421e mcp4822 mdns memorymap memorymonitor microcontroller
mipidsi msgpack neopixel_write nvm onewireio os paralleldisplaybus picodvi ps2io pulseio pwmio qrio qspibus rainbowio random rclcpy
rgbmatrix rotaryio rp2pio rtc samd sdcardio sdioio sharpdisplay socketpool spitarget ssl storage struct supervisor synthio
terminalio tilepalettemapper time touchio traceback uheap usb usb_audio usb_cdc usb_hid usb_host usb_midi usb_video ustack vectorio
warnings watchdog wifi zlib micropython
""".split())

# Of CPython's standard library, what boards have built in: a file of that name on the drive is not looked at either. `asyncio` is a library
# there, whose copy on a drive stands on a board's `_asyncio`; here it is CPython's.
STANDARD = frozenset("""
array asyncio atexit binascii builtins cmath codeop collections errno gc getpass hashlib io ipaddress json locale math os platform random
re select ssl struct sys time traceback warnings zlib
""".split())

# Ours, which are the built-in ones here.
OWN = frozenset("socketpool wifi hostnetwork stacknetwork socketpool_run".split())
