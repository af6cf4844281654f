"""Shows a quote of the day on the display, like many a first project."""

import board
import displayio
from desk_net import join, session
from desk_text import line

with_quote = session(join()).get("https://www.adafruit.com/api/quotes.php").json()[0]
group = displayio.Group()
group.append(line(with_quote["text"][:26], 0xFFFFFF, 4, 20))
group.append(line("- " + with_quote["author"], 0x00FFFF, 4, 40))
board.DISPLAY.root_group = group
print(f"{with_quote['text']} ({with_quote['author']})")
