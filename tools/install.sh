#!/bin/sh
# Installs packages, by Debian's names, as root; elsewhere it says what to install: install.sh PACKAGE...
set -eu
[ $# -gt 0 ] || exit 0

if ! command -v apt-get > /dev/null 2>&1; then
  echo "These are missing, please install them: $* (Debian's package names)" >&2
  exit 1
fi
run=
[ "$(id -u)" = 0 ] || run=sudo
echo "Installing $*"
# RUNLEVEL=1: servers are installed, not started.
if ! { $run apt-get update -qq && $run env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" > /dev/null; }; then
  echo "Could not install $*; please do so by hand: apt-get install $*" >&2
  exit 1
fi
