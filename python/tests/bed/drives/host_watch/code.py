"""Asks several hosts whether they are there; one is not."""

from desk_net import join, session

requests = session(join())
for host in ("one.example.com", "two.example.com", "gone.example.com"):
    try:
        print(host, requests.request("HEAD", f"http://{host}/", timeout=2).status_code)
    except OSError as error:
        print(host, "is down:", type(error).__name__)
