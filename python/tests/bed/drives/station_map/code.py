"""Where the space station is, as a dot on a map."""

import board
import displayio
import vectorio
from desk_net import join, session

place = session(join()).get("http://api.open-notify.org/iss-now.json").json()["iss_position"]
display = board.DISPLAY
x = int((float(place["longitude"]) + 180) / 360 * display.width)
y = int((90 - float(place["latitude"])) / 180 * display.height)
palette = displayio.Palette(2)
palette[0], palette[1] = 0x003060, 0xFF0000
group = displayio.Group()
group.append(vectorio.Rectangle(pixel_shader=palette, width=display.width, height=display.height, x=0, y=0))
group.append(vectorio.Circle(pixel_shader=palette, radius=5, x=x, y=y, color_index=1))
display.root_group = group
print(x, y)
