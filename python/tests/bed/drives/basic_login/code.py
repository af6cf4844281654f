"""A page behind a password."""

import binascii
import os

from desk_net import join, session

login = binascii.b2a_base64(f"{os.getenv('USER')}:{os.getenv('KEY')}".encode()).decode().strip()
print(session(join()).get("https://private.example.com/", headers={"Authorization": "Basic " + login}).text)
