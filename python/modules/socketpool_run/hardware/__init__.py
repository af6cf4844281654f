"""What the board modules share: the desk they stand on, pins, buses, and the picture of a display. Only `run` sees it."""
