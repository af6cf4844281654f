"""A page that has moved to another host."""

from desk_net import join, session

answer = session(join()).get("http://old.example.com/page")
print(answer.status_code, answer.text.strip())
