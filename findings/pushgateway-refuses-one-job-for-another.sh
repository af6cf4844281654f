#!/bin/bash
# prometheus-pushgateway 1.5.1 (Debian 1.5.1-2+b5): a job's metric of another type refuses the pushes of all other jobs
#
# Guess: groups are independent: what one device pushes under its own job and instance cannot be wrong because of what another one pushed.
# A label "job" within the metric is the metric's own, and the last line may end with the data.
# Observed: after one device pushed "uptime" as an untyped value, a device that pushes it with "# TYPE uptime gauge" gets 400 ("inconsistent with existing metrics")
# for its whole push, also for its other metrics. job="x" within a metric is silently replaced by that of the path. A last line without a
# line feed is 400 ("unexpected end of input stream").
# Why it matters: the first device with new firmware is refused, or locks out all others after a restart of the gateway; a board that ignores the
# status loses its values. Keep names and types together, and read the status.
source "$(dirname "$0")/support/lib.sh"
debian prometheus-pushgateway=1.5.1-2+b5
port=$(free_port)
start prometheus-pushgateway "--web.listen-address=127.0.0.1:$port"
wait_tcp "$port"
expect "pushes" "$(python - "$port" <<'P'
import re, sys, urllib.error, urllib.request
base = f"http://127.0.0.1:{sys.argv[1]}/metrics"
def push(job, text):
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{base}/job/{job}", text.encode(), method="PUT"), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as e:
        text = e.read().decode()
        return f"{e.code} {re.findall('inconsistent with existing metrics|unexpected end of input stream', text)}"
print("old", push("old", "uptime 1\n"))
print("new", push("new", "# TYPE uptime gauge\nuptime 1\n# TYPE heat gauge\nheat 20\n"))
print("other name", push("new", "# TYPE heat gauge\nheat 20\n"))
print("no line feed", push("third", "level 1"))
print("own job", push("fourth", 'level{job="mine"} 1\n'))
with urllib.request.urlopen(base, timeout=20) as answer:
    print(*(line for line in answer.read().decode().splitlines() if line.startswith("level")))
P
)" $'old 200\nnew 400 [\'inconsistent with existing metrics\']\nother name 200\nno line feed 400 [\'unexpected end of input stream\']\nown job 200\nlevel{instance="",job="fourth"} 1'
