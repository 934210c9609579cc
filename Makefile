# Everything is built, tested and shown from here; package.json only says what is needed.
# Variables to override: EMCC, CC_GCC, CC_CLANG.

EMCC ?= emcc
CC_GCC ?= gcc
CC_CLANG ?= clang

CFLAGS = -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -Isrc
# -mbulk-memory: memcpy and its like are instructions, not code. 192 KiB: the slice, the batch, the stack.
WASMFLAGS = $(CFLAGS) -Os -mbulk-memory --no-entry -s STANDALONE_WASM -s INITIAL_MEMORY=196608 -s TOTAL_STACK=4096
SANITIZE = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

CORE = src/parser.c src/connection.c
HEADERS = src/sse.h src/scan.h
MODULES = dist/core.wasm.js dist/core.fallback.js dist/layout.js
MADE = $(MODULES) dist/eventsource-wasm.global.js
C_TESTS = build/test-gcc build/test-clang
VECTORS = $(wildcard test/vectors/*.txt)

.PHONY: all help demo test test-c test-js lint format size clean
.DELETE_ON_ERROR:

all: $(MADE) ## build the package (default)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# ---- Set-up: what is missing is installed, what cannot be is named ----

build:
	mkdir -p build

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	touch node_modules

build/tools: tools/setup.sh | build
	sh tools/setup.sh $(EMCC) $(CC_GCC) $(CC_CLANG)
	touch $@

# ---- The core, built twice ----

build/exports.json: src/wasm.c | build
	{ printf '[{"name":"js","root":true,"reaches":["memory"'; \
	  sed -nE 's/^EXPORT\("(\w+)"\).*/,"\1"/p' $<; \
	  printf ']},{"name":"memory","export":"memory"}'; \
	  sed -nE 's/^EXPORT\("(\w+)"\).*/,{"name":"\1","export":"\1"}/p' $<; \
	  printf ']\n'; } > $@

# Drops what Emscripten exports for its own JavaScript, which this package does without.
build/%.wasm: build/%.full.wasm build/exports.json
	wasm-metadce --enable-simd --enable-bulk-memory $< -f build/exports.json -o $@ > /dev/null

build/simd.full.wasm: $(CORE) src/wasm.c $(HEADERS) build/tools
	$(EMCC) $(WASMFLAGS) -msimd128 $(CORE) src/wasm.c -o $@

build/scalar.full.wasm: $(CORE) src/wasm.c $(HEADERS) build/tools
	$(EMCC) $(WASMFLAGS) $(CORE) src/wasm.c -o $@

dist/core.wasm: build/simd.wasm
	mkdir -p dist
	wasm-opt --enable-simd --enable-bulk-memory -O3 --strip-debug --strip-producers --strip-target-features $< -o $@

build/fallback.js: build/scalar.wasm
	wasm2js -O3 --enable-bulk-memory $< -o $@

dist/core.wasm.js: dist/core.wasm tools/embed.js node_modules
	node tools/embed.js wasm $< > $@

dist/core.fallback.js: build/fallback.js tools/embed.js node_modules
	mkdir -p dist
	node tools/embed.js fallback $< > $@

dist/layout.js: src/layout.c src/sse.h build/tools
	mkdir -p dist
	$(CC_GCC) $(CFLAGS) $< -o build/layout
	build/layout > $@

# For <script> and importScripts: one file that defines EventSourceWasm.
dist/eventsource-wasm.global.js: $(MODULES) $(wildcard js/*.js)
	npx esbuild js/global.js --bundle --minify --target=es2022 --format=iife --global-name=EventSourceWasm \
	  --banner:js='/* eventsource-wasm, MIT license */' --log-level=warning --outfile=$@

# ---- Use ----

demo: all ## the main job on a real HTTP stream, in about 15 seconds
	node examples/resume.js

# ---- Checks ----

build/test-gcc: CC = $(CC_GCC)
build/test-clang: CC = $(CC_CLANG)
$(C_TESTS): test/c/test.c $(CORE) $(HEADERS) build/tools
	$(CC) $(CFLAGS) $(SANITIZE) -DSSE_BATCH_RECORDS=5 $(CORE) test/c/test.c -o $@

test: all ## set up, build and run every test
	sh tools/test.sh

test-c: $(C_TESTS) ## the C tests and vectors, sanitized, with gcc and clang
	build/test-gcc $(VECTORS)
	build/test-clang $(VECTORS)

test-js: all ## the Mocha suites
	npx mocha

C_SOURCES = $(wildcard src/*.c src/*.h test/c/*.c)

lint: all ## clang-format, clang-tidy, cppcheck, eslint, prettier, tsc
	clang-format --dry-run --Werror $(C_SOURCES)
	clang-tidy --quiet $(wildcard src/*.c test/c/*.c) -- -std=c11 -Isrc
	cppcheck --quiet --std=c11 --enable=warning,style,performance,portability --error-exitcode=1 \
	  --inline-suppr --suppress=unusedStructMember -Isrc src test/c
	npx eslint .
	npx prettier --check .
	npx tsc

format: node_modules ## format all sources
	clang-format -i $(C_SOURCES)
	npx prettier --write --log-level warn .

size: all ## bytes of what is shipped
	@node tools/size.js

clean: ## remove what was built
	rm -rf build dist
