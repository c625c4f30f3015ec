#!/usr/bin/env bash
# Starts the demo district: the server and one gate on this machine.
#
#   setup/run.sh            data in var/demo
#   DATA=DIR setup/run.sh   data in DIR
#
# Ctrl-C stops both. If either dies, the other is stopped and the exit status tells.
set -euo pipefail
cd "$(dirname "$0")/.."

DATA="${DATA:-var/demo}"
server=http://127.0.0.1:8000
display=http://127.0.0.1:8100
python=.venv/bin/python
children=()

say() { printf '==> %s\n' "$*"; }

free_port() {
    "$python" - "$1" <<'PY'
import socket
import sys

with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        sys.exit(1)
PY
}

answers() {
    "$python" - "$1" <<'PY'
import sys
import urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    opener.open(sys.argv[1], timeout=2).close()
except OSError:
    sys.exit(1)
PY
}

alive() { kill -0 "$1" 2>/dev/null; }

stop_children() {
    trap '' INT TERM
    ((${#children[@]})) || return 0
    kill -TERM "${children[@]}" 2>/dev/null || true
    for _ in {1..100}; do
        local left=0
        for child in "${children[@]}"; do alive "$child" && left=1; done
        ((left)) || return 0
        sleep 0.1
    done
    kill -KILL "${children[@]}" 2>/dev/null || true
}

asked_to_stop() {
    say "Stopping"
    exit 0
}

trap stop_children EXIT
trap asked_to_stop INT TERM

for port in 8000 8100; do
    if ! free_port "$port"; then
        say "Port $port on 127.0.0.1 is in use. Stop what uses it (ss -ltnp 'sport = :$port'), then try again." >&2
        exit 1
    fi
done

say "Demo district: preparing $DATA"
mkdir -p "$DATA"
"$python" -m admin demo --data "$DATA"

say "Server: starting"
"$python" -m admin serve --data "$DATA" &
admin=$!
children+=("$admin")
for _ in {1..60}; do
    answers "$server/healthz" && break
    alive "$admin" || break
    sleep 0.5
done
if ! answers "$server/healthz"; then
    say "The server does not answer at $server/healthz; its own lines above say why." >&2
    exit 1
fi

config="$DATA/kiosk.toml"
if compgen -G '/dev/video*' >/dev/null; then
    config="$DATA/kiosk-webcam.toml"
    say "Gate: this machine has a camera; it is used. The gatekeeper measures"
elif [[ ! -f $DATA/film.mp4 || $DATA/script.json -nt $DATA/film.mp4 ]]; then
    say "Gate: no camera here; rendering a film of people coming to the gate"
    "$python" -m kiosk film --script "$DATA/script.json" --out "$DATA/film.mp4"
fi

if [[ ! -f $DATA/kiosk/enrolled.json ]]; then
    say "Gate: enrolling with the server"
    "$python" -m kiosk enroll "$DATA/enrolment.txt" --config "$config"
fi

say "Gate: starting; one JSON line an entry goes to $DATA/entries.jsonl"
"$python" -m kiosk run --config "$config" >"$DATA/entries.jsonl" &
kiosk=$!
children+=("$kiosk")
for _ in {1..60}; do
    answers "$display" && break
    alive "$kiosk" || break
    sleep 0.5
done

say "Server   $server"
say "Display  $display"
[[ -f $DATA/README.txt ]] && cat "$DATA/README.txt"
say "Ctrl-C stops both"

status=0
wait -n "$admin" "$kiosk" || status=$?
for child in admin kiosk; do
    alive "${!child}" || say "The $child process ended by itself (status $status)" >&2
done
exit $((status ? status : 1))
