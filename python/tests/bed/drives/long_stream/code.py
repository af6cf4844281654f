"""Streams a long answer in small pieces, without room for all of it."""

import gc

from desk_net import join, session

answer = session(join()).get("https://files.example.com/long.bin")
total = check = 0
for piece in answer.iter_content(512):
    total += len(piece)
    check = (check + sum(piece)) % 65521
gc.collect()
print(total, check, gc.mem_free() > 0)
