#!/usr/bin/env bash
# Installs the Debian packages that Sibao needs and that are not there yet.
#
#   setup/debian.sh run     what the server and the gate need
#   setup/debian.sh test    the same, and a browser, a database server and strace for the tests
#
# Safe to repeat: with nothing missing it asks apt nothing.
set -euo pipefail

say() { printf '==> %s\n' "$*"; }

# espeak-ng gives the gate's display a voice.
need=(espeak-ng libgl1 libglib2.0-0 libzbar0)
if ! "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; then
    need+=(python3-venv)
fi
case "${1:-run}" in
run) ;;
# The tests drive the browser through a node that needs libatomic1.
test) need+=(chromium fonts-noto-cjk libatomic1 postgresql strace) ;;
*) say "usage: setup/debian.sh run|test" >&2 && exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is not Debian: see to it yourself that these are installed: ${need[*]}"
    exit 0
fi

# Newer Debian releases add "t64" to the names of some libraries.
installed() {
    [[ $(dpkg-query -W -f '${Status}\n' "$1" "$1t64" 2>/dev/null) == *"install ok installed"* ]]
}

missing=()
for package in "${need[@]}"; do
    installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    say "Debian packages: all here"
    exit 0
fi

install=(apt-get install -y --no-install-recommends "${missing[@]}")
as_root=()
if ((EUID != 0)); then
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
        as_root=(sudo)
    else
        say "Debian packages are missing, and only root may install them. Run this, then try again:" >&2
        printf '\n    apt-get update && %s\n\n' "${install[*]}" >&2
        exit 1
    fi
fi

say "Debian packages: installing ${missing[*]} (a few minutes on the first run)"
quiet=(-q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${quiet[@]}")
"${apt[@]}" update </dev/null
"${apt[@]}" "${install[@]:1}" </dev/null
say "Debian packages: done"
