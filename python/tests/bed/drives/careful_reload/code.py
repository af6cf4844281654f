"""Reloads when the net fails, as long-running programs do, and gives up at the third time."""

import microcontroller
import supervisor
from desk_net import join, session

tries = microcontroller.nvm[1] % 255 + 1
microcontroller.nvm[1] = tries
try:
    print(session(join()).get("http://shaky.example.com/").text)
except OSError as error:
    print("try", tries, type(error).__name__)
    if tries < 3:
        supervisor.reload()
print("reason", supervisor.runtime.run_reason)
