#!/bin/bash
# Stop with one clear line where Node is missing or too old for the build.
set -euo pipefail

major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
  echo "▸ 需要 Node 20 以上（含 npm），现有：$(node --version 2>/dev/null || echo 无)；请从 nodejs.org 或系统软件源安装" >&2
  exit 1
fi
