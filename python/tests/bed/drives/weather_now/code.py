"""The weather of now from OpenWeather, with a picture for the sky."""

import os

import board
import displayio
from desk_net import join, session
from desk_text import line

url = f"https://api.openweathermap.org/data/2.5/weather?q={os.getenv('LOCATION')}&units=metric&appid={os.getenv('OPENWEATHER_TOKEN')}"
weather = session(join()).get(url).json()
kind = weather["weather"][0]["main"]
picture = displayio.OnDiskBitmap("/sky/clear.bmp" if kind == "Clear" else "/sky/cloudy.bmp")
group = displayio.Group()
group.append(displayio.TileGrid(picture, pixel_shader=picture.pixel_shader))
group.append(line(f"{weather['main']['temp']:.0f} C", 0xFFFF00, 10, 10, scale=2))
board.DISPLAY.root_group = group
print(f"{weather['name']}: {kind}, {weather['main']['temp']} degrees")
