#!/bin/sh
# Install what the tests need and run every check: sh tests/run.sh [arguments for pytest]
set -eu
cd "$(dirname "$0")/.."

UV=uv==0.13.8
PYTHON=${PYTHON:-python3}

have_postgresql() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1
}

missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
have_postgresql || missing="$missing postgresql"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "== installing$missing"
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing
    else
        echo "== not installed:$missing; the tests that need them are skipped"
    fi
fi

echo "== packages"
[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
if .venv/bin/pip install -q "$UV"; then
    VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip sync -q --require-hashes requirements-dev.lock ||
        .venv/bin/pip install -q --require-hashes -r requirements-dev.lock
else
    .venv/bin/pip install -q --require-hashes -r requirements-dev.lock
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
.venv/bin/python -m pip install -q --no-deps -e .

failed=
check() {
    title=$1
    shift
    echo "== $title"
    "$@" || failed="$failed, $title"
}

bin=.venv/bin
check "ruff lint" $bin/ruff check .
check "ruff format" $bin/ruff format --check .
check "mypy" $bin/mypy
check "import contracts" $bin/lint-imports --no-cache --no-logo
# Tests of one file share its fixtures, so a file goes to one of the processes as a whole.
check "tests" $bin/python -m pytest -n auto --dist loadfile --cov --cov-report= "$@"
# A part of the tests covers a part of the code, so only a whole run is held to the limit.
[ "$#" -eq 0 ] && limit= || limit=--fail-under=0
# shellcheck disable=SC2086
check "coverage" $bin/coverage report $limit

if [ -n "$failed" ]; then
    echo "== failed: ${failed#, }"
    exit 1
fi
echo "== all checks passed"
