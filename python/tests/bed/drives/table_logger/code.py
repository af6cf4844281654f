"""Writes a table from the net to a card."""

import board
import busio
import sdcardio
import storage
from desk_net import join, session

card = sdcardio.SDCard(busio.SPI(board.SCK, board.MOSI, board.MISO), board.D10)
storage.mount(storage.VfsFat(card), "/sd")
rows = session(join()).get("http://data.example.com/table.csv").text.strip().split("\n")
with open("/sd/log.csv", "a") as file:
    for row in rows[1:]:
        file.write(row + "\n")
with open("/sd/log.csv") as file:
    print(len(file.read().split("\n")) - 1, "rows on the card")
