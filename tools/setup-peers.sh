#!/bin/sh
# Installs the parsers in other languages that make conformance-table judges, where they are missing.
set -eu

packages=
need() { # a file of the package, Debian package
  [ -e "$1" ] || packages="$packages $2"
}
need /usr/bin/go golang-go
need /usr/share/gocode/src/github.com/donovanhide/eventsource golang-github-donovanhide-eventsource-dev
need /usr/bin/php php-cli
need /usr/share/php/Symfony/Component/HttpClient/autoload.php php-symfony-http-client
exec sh "$(dirname "$0")/install.sh" $packages
