#!/bin/sh
# Installs the compilers and linters that are missing: setup.sh EMCC GCC CLANG. Debian's packages, as root; elsewhere
# it says what to install.
set -eu

packages=
need() { # command, Debian package
  command -v "$1" > /dev/null 2>&1 || packages="$packages $2"
}
need "$1" emscripten
need wasm2js binaryen
need "$2" gcc
need "$3" clang
need clang-format clang-format
need clang-tidy clang-tidy
need cppcheck cppcheck
# The sanitizers' run-time libraries come apart from clang.
if ! command -v "$3" > /dev/null 2>&1 || ! ls "$("$3" -print-resource-dir)"/lib/linux/*asan* > /dev/null 2>&1; then
  packages="$packages libclang-rt-dev"
fi
[ -n "$packages" ] || exit 0

if ! command -v apt-get > /dev/null 2>&1; then
  echo "These are missing, please install them:$packages (Debian's package names)" >&2
  exit 1
fi
run=
[ "$(id -u)" = 0 ] || run=sudo
echo "Installing$packages"
if ! { $run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -qq -y --no-install-recommends $packages > /dev/null; }; then
  echo "Could not install$packages; please do so by hand: apt-get install$packages" >&2
  exit 1
fi
