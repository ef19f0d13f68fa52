#!/bin/bash
# Make .venv with exactly the locked versions: python.sh PYTHON
set -euo pipefail
python=$1

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "▸ 需要 Python 3.11 以上，“$python”不是；请安装后执行，例如：make PYTHON=python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  scripts/packages.sh need python3-venv
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/pip install -qq --require-hashes -r requirements.lock </dev/null
.venv/bin/pip install -qq --no-deps --no-build-isolation -e . </dev/null
