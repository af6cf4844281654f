"""Sends each press of a button."""

import time

import board
import keypad
from desk_net import join, session

requests = session(join())
keys = keypad.Keys((board.BUTTON,), value_when_pressed=False, pull=True)
sent = 0
while sent < 2:
    event = keys.events.get()
    if event and event.pressed:
        sent += 1
        print("press", sent, requests.post("https://hooks.example.com/press", json={"n": sent}).status_code)
    time.sleep(0.01)
