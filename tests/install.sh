#!/bin/sh
# Create $VENV and install the locked requirements and the project into it; make calls this.
# PYTHON may name the interpreter. uv is used where it is on PATH, pip otherwise.
set -eu
venv=${VENV:-.venv}
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}

stop() {
    printf 'mxlearn: %s\n' "$@" >&2
    exit 1
}

python=
if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" || stop "PYTHON=$PYTHON is not a Python 3.11 to 3.14."
    python=$PYTHON
else
    for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
        if command -v "$name" >/dev/null 2>&1 && fits "$name"; then
            python=$name
            break
        fi
    done
fi
if [ -z "$python" ]; then
    found=$(python3 --version 2>&1) || found="no python3"
    stop "Python 3.11, 3.12, 3.13 or 3.14 is needed; here is $found." \
        "Install one (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python)," \
        "or name one: make lab PYTHON=/path/to/python3.12"
fi

if command -v uv >/dev/null 2>&1; then
    if ! fits "$venv/bin/python"; then
        uv venv --quiet --clear --python "$(command -v "$python")" "$venv" || stop "uv could not create $venv."
    fi
    echo "mxlearn: installing into $venv with uv" >&2
    uv pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements.lock
    uv pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e .
else
    if ! fits "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || stop \
            "$python cannot create a virtual environment: its modules venv and ensurepip are not installed." \
            "Debian and Ubuntu: apt install python3-venv. Or install uv, which needs neither."
        rm -rf "$venv"
        "$python" -m venv "$venv" || stop "$python could not create $venv."
    fi
    echo "mxlearn: installing into $venv with pip (some minutes the first time)" >&2
    "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
    "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e .
fi
echo "mxlearn: $("$venv/bin/python" --version) in $venv is ready" >&2
