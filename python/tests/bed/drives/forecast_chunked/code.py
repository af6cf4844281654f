"""A forecast whose server sends it in chunks."""

from desk_net import join, session

answer = session(join()).get("http://forecast.example.com/hours")
print(answer.headers["transfer-encoding"], [hour["t"] for hour in answer.json()["hours"]])
