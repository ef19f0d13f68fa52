#!/bin/bash
# Install Debian packages that are missing: packages.sh need|want PACKAGE...
# Only root can install; others are told in one line. Without what is needed we stop, without what is wanted we go on.
set -euo pipefail
how=$1
shift

missing=()
for package in "$@"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "▸ 安装系统软件包：${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  if apt-get update -qq >"$log" 2>&1 </dev/null &&
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; then
    rm "$log"
    exit 0
  fi
  tail -n 5 "$log" >&2
fi

echo "▸ 缺少系统软件包 ${missing[*]}，请由管理员执行：apt-get install ${missing[*]}" >&2
[ "$how" = want ] || exit 1
