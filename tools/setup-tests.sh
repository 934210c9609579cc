#!/bin/sh
# Installs what the tests drive and is missing: browsers, the display that one of them needs, servers, small commands.
set -eu

packages=
need() { # command, Debian package
  command -v "$1" > /dev/null 2>&1 || packages="$packages $2"
}
need chromium chromium
need firefox-esr firefox-esr
need WebKitWebDriver webkit2gtk-driver
need Xvfb xvfb
need nginx nginx-light
[ -e /usr/lib/nginx/modules/ngx_nchan_module.so ] || packages="$packages libnginx-mod-nchan"
need redis-server redis-server
need curl curl
need jq jq
need openssl openssl
need python3 python3
exec sh "$(dirname "$0")/install.sh" $packages
