"""Trusts a certificate that lies on the drive, and nobody else."""

import os
import ssl

from desk_http import Session
from desk_net import join

context = ssl.create_default_context()
with open("/cert.pem") as file:
    context.load_verify_locations(cadata=file.read())
print(Session(join(), context).get(f"https://localhost:{os.getenv('TLS_PORT')}/secret").text)
