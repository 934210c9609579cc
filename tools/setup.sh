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
exec sh "$(dirname "$0")/install.sh" $packages
