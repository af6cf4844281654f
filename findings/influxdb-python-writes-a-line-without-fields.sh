#!/bin/bash
# influxdb 5.3.1 (Debian python3-influxdb 5.3.1-3): a point whose fields are all None is a line without fields, and NaN is written
#
# Guess: a point without a value is left out or refused; NaN, which InfluxDB does not store, as well.
# Observed: the line is the measurement alone, "temperature", and "temperature c=nan". Single fields that are None are left out.
# Why it matters: the server answers the whole request with an error for one sensor that had no value, and sending it again does not
# help. Filter before writing.
source "$(dirname "$0")/support/lib.sh"
debian python3-influxdb=5.3.1-3 python3-six=1.16.0-4 python3-dateutil=2.8.2-2 python3-tz=2022.7.1-4
out=$(python - <<'P'
import os, sys, types
# the module of the line protocol alone: the client needs requests
sys.modules["influxdb"] = package = types.ModuleType("influxdb")
package.__path__ = [os.path.join(os.environ["PYTHONPATH"], "influxdb")]
from influxdb.line_protocol import make_lines
for fields in {"c": 21.5, "d": None}, {"c": None}, {"c": float("nan")}:
    print(repr(make_lines({"points": [{"measurement": "temperature", "fields": fields}]})))
P
)
expect "lines" "$out" "'temperature c=21.5\n'
'temperature\n'
'temperature c=nan\n'"
