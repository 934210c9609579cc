# Everything is built, tested and shown from here. This file has what everybody uses; tools/build.mk says how it is
# built, and tools/more.mk has the tests in C, fuzzing, benchmarks and what takes longer. `make help` lists all targets.
# Variables to override: EMCC, CC_GCC, CC_CLANG.

EMCC ?= emcc
CC_GCC ?= gcc
CC_CLANG ?= clang
CFLAGS = -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -Isrc
SANITIZE = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

CORE = src/parser.c src/connection.c
HEADERS = src/sse.h src/scan.h src/wasm.h
VECTORS = $(wildcard test/vectors/*.txt)
PEERS = test/conformance/adapters
C_SOURCES = $(wildcard src/*.[ch] test/c/*.[ch] tools/*.c)

.PHONY: all help demo demo-tabs conformance check-docs test test-c test-js test-browsers test-runtimes test-runners lint format size size-docs clean
.DELETE_ON_ERROR:

all: dist/eventsource-wasm.global.js dist/check.html dist/vectors.json ## build the package (default)

include tools/build.mk tools/more.mk

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

# ---- Use ----

demo: all ## the main job on a real HTTP stream, in about 15 seconds
	node examples/resume.js

demo-tabs: all ## tabs side by side that share one connection, whose holder can be closed: prints its address
	node examples/tabs/serve.js

conformance: all ## the conformance page, playground and race: prints its address
	node page/serve.js

check-docs: all ## write docs/check.md from the rules of the command
	node tools/check-docs.js

# ---- Tests ----

test: all test-tools test/check/servers/node_modules $(PEERS)/node_modules ## set up, build and run every test
	sh tools/test.sh

test-c: $(C_TESTS) build/model build/mutants/model.o ## the C tests, sanitized; the model check, and that it notices mutants
	build/test-gcc $(VECTORS)
	build/test-clang $(VECTORS)
	build/examples-gcc
	build/examples-clang
	build/model
	CC_CLANG=$(CC_CLANG) node test/c/mutants.js

STANDARD_SUITES = test/eventsource/*.test.js

test-js: all test/check/servers/node_modules $(PEERS)/node_modules ## the Mocha suites; those of EventSource on the class of the standard, too
	npx mocha
	EVENT_SOURCE=standard npx mocha --no-config --timeout 10000 --node-option import=./test/support/as-in-node.js '$(STANDARD_SUITES)'

test-browsers: all test-tools ## the Mocha suites in pages and workers of Chromium, Firefox and WebKit
	node test/browser/run.js

test-runtimes: all test/runtimes/node_modules test/react-native/node_modules ## the Mocha suites in four Nodes, Bun, Deno, workerd, edge-runtime, React Native and bare realms
	node test/runtimes/run.js --except 'React Native'

test-runners: all test/runtimes/node_modules ## the packed package under Jest, Vitest, node --test, Mocha, bun test, deno test
	npx mocha --no-config test/runners/runners.test.js

# ---- Form ----

lint: all build/examples.inc ## clang-format, clang-tidy, cppcheck, eslint, prettier, tsc
	clang-format --dry-run --Werror $(C_SOURCES)
	clang-tidy --quiet $(filter %.c,$(C_SOURCES)) -- -std=c11 -Isrc -Ibuild
	cppcheck --quiet --std=c11 --enable=warning,style,performance,portability --error-exitcode=1 \
	  --inline-suppr --suppress=unusedStructMember -Isrc -Ibuild $(filter %.c,$(C_SOURCES))
	npx eslint .
	npx prettier --check .
	npx tsc

format: node_modules ## format all sources
	clang-format -i $(C_SOURCES)
	npx prettier --write --log-level warn .

size: all ## bytes of what is shipped, by four bundlers
	@node tools/size.js

size-docs: all ## write these figures in docs/guide.md
	node tools/size.js --docs

clean: ## remove what was built
	rm -rf build dist page/package
