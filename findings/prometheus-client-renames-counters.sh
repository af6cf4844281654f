#!/bin/bash
# prometheus_client 0.16.0 (Debian python3-prometheus-client 0.16.0-0.1): a counter "reads" is parsed as "reads_total"
#
# Guess: the parser of the text format 0.0.4 keeps the names of samples; _total is a rule of OpenMetrics, and has a parser of its own.
# Observed: "# TYPE reads counter" with the sample reads becomes reads_total, as a gauge reads it stays. With the sample reads_total it is
# a counter without samples and an untyped metric.
# Why it matters: a relay that reads a device's page and serves it again has other names, so queries and alarms on the old ones are empty.
source "$(dirname "$0")/support/lib.sh"
debian python3-prometheus-client=0.16.0-0.1 python3-decorator=5.1.1-3
out=$(python - <<'P'
from prometheus_client.parser import text_string_to_metric_families as parse
for text in "# TYPE reads counter\nreads 1\n", "# TYPE reads gauge\nreads 1\n", "# TYPE reads counter\nreads_total 1\n":
    print(*(f"{family.name}:{family.type}[{','.join(sample.name for sample in family.samples)}]" for family in parse(text)))
P
)
expect "counter, gauge, counter with _total" "$out" "reads:counter[reads_total]
reads:gauge[reads]
reads:counter[] reads_total:unknown[reads_total]"
