"""Plays a sound when a message says so; it lasts as long as the file."""

import time

import audiobusio
import audiocore
import board
from desk_net import join, session

out = audiobusio.I2SOut(board.D9, board.D10, board.D11)
if session(join()).get("http://bell.example.com/ring").json()["ring"]:
    wave = audiocore.WaveFile("/ding.wav")
    out.play(wave)
    start = time.monotonic()
    while out.playing:
        time.sleep(0.01)
    print(wave.sample_rate, round(time.monotonic() - start, 1))
