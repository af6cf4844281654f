"""A price whose server fails now and then: waits and asks again."""

import time

from desk_net import join, session

requests = session(join())
for attempt in range(5):
    answer = requests.get("https://api.coin.example.com/price")
    if answer.status_code == 200:
        print("price", answer.json()["usd"])
        break
    print("attempt", attempt + 1, "got", answer.status_code)
    answer.close()
    time.sleep(1)
