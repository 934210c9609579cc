# Everything is built, tested and shown from here; package.json only says what is needed.
# Variables to override: EMCC, CC_GCC, CC_CLANG.

EMCC ?= emcc
CC_GCC ?= gcc
CC_CLANG ?= clang

CFLAGS = -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -Isrc
# -mbulk-memory: memcpy and its like are instructions, not code. 256 KiB: the slice, its text, the batch, the stack.
WASMFLAGS = $(CFLAGS) -mbulk-memory --no-entry -s STANDALONE_WASM -s INITIAL_MEMORY=262144 -s TOTAL_STACK=4096
SANITIZE = -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

CORE = src/parser.c src/connection.c
HEADERS = src/sse.h src/scan.h src/wasm.h
BUILDS = full standard parser
MODULES = dist/core.wasm.js $(BUILDS:%=dist/core.%.text.js) $(BUILDS:%=dist/core.%.js) dist/layout.js
MADE = $(MODULES) dist/eventsource-wasm.global.js
C_TESTS = build/test-gcc build/test-clang
VECTORS = $(wildcard test/vectors/*.txt)

.PHONY: all help demo conformance bench bench-quick test test-c test-js test-browsers test-runtimes compatibility test-tools fuzz corpus mutants coverage chaos soak reproducible reliability lint format size size-docs clean
.DELETE_ON_ERROR:

all: $(MADE) ## build the package (default)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# ---- Set-up: what is missing is installed, what cannot be is named ----

build dist:
	mkdir -p $@

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	touch node_modules

build/tools: tools/setup.sh | build
	sh tools/setup.sh $(EMCC) $(CC_GCC) $(CC_CLANG)
	touch $@

# ---- The core, built by who needs what: src/wasm.c says what the words mean ----

# All of it, which is the file that the package exports and what Node gets.
WASM_all = -Os -DWITH_CONNECTION -DWITH_PARSER -DWITH_TYPE -DWITH_OPTIONS -DWITH_TEXT
# For pages. A connection is made small, without the loop over plain lines: to dispatch an event takes many times what
# that saves.
WASM_full = -DWITH_CONNECTION -DWITH_TYPE -DWITH_OPTIONS $(SMALL)
WASM_standard = -DWITH_CONNECTION -DSSE_WITH_REPORTS=0 $(SMALL)
WASM_parser = -Os -DWITH_PARSER -DWITH_TYPE
# As JavaScript, where nothing is fast anyway.
JS_full = -DWITH_CONNECTION -DWITH_PARSER -DWITH_TYPE -DWITH_OPTIONS $(SMALL)
JS_standard = -DWITH_CONNECTION -DSSE_WITH_REPORTS=0 $(SMALL)
JS_parser = -DWITH_PARSER $(SMALL)
SMALL = -Oz -DSSE_WITH_PLAIN_LINES=0
KEEP = --enable-simd --enable-bulk-memory

build/%-simd.full.wasm: $(CORE) $(HEADERS) src/wasm.c build/tools
	$(EMCC) $(WASMFLAGS) -msimd128 $(WASM_$*) $(CORE) src/wasm.c -o $@

build/%-scalar.full.wasm: $(CORE) $(HEADERS) src/wasm.c build/tools
	$(EMCC) $(WASMFLAGS) $(JS_$*) $(CORE) src/wasm.c -o $@

# Drops what Emscripten exports for its own JavaScript, which this package does without.
build/%.wasm: build/%.full.wasm tools/exports.js
	node tools/exports.js $< > $@.json
	wasm-metadce $(KEEP) $< -f $@.json -o $@ > /dev/null

OPTIMIZE = wasm-opt $(KEEP) --converge --strip-debug --strip-producers --strip-target-features

dist/core.wasm: build/all-simd.wasm | dist
	$(OPTIMIZE) -O3 $< -o $@

build/parser.wasm: build/parser-simd.wasm
	$(OPTIMIZE) -O3 $< -o $@

build/full.wasm build/standard.wasm: build/%.wasm: build/%-simd.wasm
	$(OPTIMIZE) --flatten --rereloop -Oz -Oz $< -o $@

build/%.wasm2js: build/%-scalar.wasm
	$(OPTIMIZE) -Oz $< -o build/$*-small.wasm
	wasm2js -Oz $(KEEP) build/$*-small.wasm -o $@

dist/core.wasm.js: dist/core.wasm tools/embed.js node_modules
	node tools/embed.js hex $< > $@.new
	mv $@.new $@

dist/core.%.text.js: build/%.wasm tools/embed.js node_modules | dist
	node tools/embed.js text $< > $@.new
	mv $@.new $@

dist/core.%.js: build/%.wasm2js tools/embed.js node_modules | dist
	node tools/embed.js javascript $< > $@.new
	mv $@.new $@

dist/layout.js: src/layout.c $(HEADERS) build/tools | dist
	$(CC_GCC) $(CFLAGS) $< -o build/layout
	build/layout > $@.new
	mv $@.new $@

dist/eventsource-wasm.global.js: $(MODULES) $(wildcard js/*.js js/core/*.js js/parser/*.js js/source/*.js js/react-native/*.js) tools/bundle.js tools/react-native.js
	node tools/bundle.js

# ---- Use ----

demo: all ## the main job on a real HTTP stream, in about 15 seconds
	node examples/resume.js

conformance: all ## the conformance page, playground and race: prints its address
	node page/serve.js

bench/node_modules: bench/package.json bench/package-lock.json
	cd bench && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

bench: all bench/node_modules test/runtimes/node_modules test-tools ## every benchmark, its tables and charts, in about a quarter of an hour
	node bench/run.js

bench-quick: all bench/node_modules ## the parser beside eventsource-parser and the limit, in under a minute
	node bench/parser/run.js

# ---- Checks ----

C_HEADERS = $(HEADERS) $(wildcard test/c/*.h)
SMALL_BATCH = -DSSE_BATCH_RECORDS=6

build/test-gcc: CC = $(CC_GCC)
build/test-clang: CC = $(CC_CLANG)
$(C_TESTS): test/c/test.c $(CORE) $(C_HEADERS) build/tools
	$(CC) $(CFLAGS) $(SANITIZE) $(SMALL_BATCH) $(CORE) test/c/test.c -o $@

# Not sanitized: it visits some two million states.
build/model: test/c/model.c $(CORE) $(HEADERS) build/tools
	$(CC_CLANG) $(CFLAGS) -O2 $(SMALL_BATCH) $(CORE) test/c/model.c -o $@

build/mutants/model.o: test/c/model.c $(C_HEADERS) build/tools
	mkdir -p build/mutants
	$(CC_CLANG) $(CFLAGS) -O2 $(SMALL_BATCH) -c $< -o $@

build/mutants/test.o: test/c/test.c $(C_HEADERS) build/tools
	mkdir -p build/mutants
	$(CC_CLANG) $(CFLAGS) $(SMALL_BATCH) -c $< -o $@

build/mutants/fuzz.o: test/c/fuzz.c $(C_HEADERS) build/tools
	mkdir -p build/mutants
	$(CC_CLANG) $(CFLAGS) $(SANITIZE) $(SMALL_BATCH) -c $< -o $@

# Only the core is instrumented, not what judges it.
build/fuzz: test/c/fuzz.c $(CORE) $(C_HEADERS) build/mutants/fuzz.o build/tools
	$(CC_CLANG) $(CFLAGS) $(SANITIZE) $(SMALL_BATCH) -fsanitize=fuzzer $(CORE) build/mutants/fuzz.o -o $@

test: all test-tools ## set up, build and run every test
	sh tools/test.sh

test-c: $(C_TESTS) build/model build/mutants/model.o ## the C tests, sanitized; the model check, and that it notices mutants
	build/test-gcc $(VECTORS)
	build/test-clang $(VECTORS)
	build/model
	CC_CLANG=$(CC_CLANG) node test/c/mutants.js

STANDARD_SUITES = test/eventsource/*.test.js

test-js: all ## the Mocha suites; those of EventSource on the class of the standard, too
	npx mocha
	EVENT_SOURCE=standard npx mocha --no-config --timeout 10000 --node-option import=./test/support/as-in-node.js '$(STANDARD_SUITES)'

test-browsers: all test-tools ## the Mocha suites in pages and workers of Chromium, Firefox and WebKit
	node test/browser/run.js

test/runtimes/node_modules: test/runtimes/package.json test/runtimes/package-lock.json
	cd test/runtimes && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

test/react-native/node_modules: test/react-native/package.json test/react-native/package-lock.json
	cd test/react-native && npm ci --no-audit --no-fund --ignore-scripts --legacy-peer-deps
	touch $@

test-runtimes: all test/runtimes/node_modules test/react-native/node_modules ## the Mocha suites in four Nodes, Bun, Deno, workerd, edge-runtime, React Native and bare realms
	node test/runtimes/run.js

compatibility: all test-tools test/runtimes/node_modules test/react-native/node_modules ## run the suites everywhere and write the tables in docs/compatibility.md
	node test/runtimes/run.js --save build/runtimes.json
	node test/browser/run.js --save build/browsers.json
	node test/runtimes/table.js build/runtimes.json build/browsers.json

# Without one the tests still run, and say what they did without.
test-tools:
	-@sh tools/setup-tests.sh

SECONDS ?= 60

fuzz: all build/fuzz ## fuzz the core natively and the boundary in Node, both for SECONDS=60
	sh test/fuzz/run.sh $(SECONDS)

# ---- Deeper, and longer, than make test ----

corpus: build/fuzz node_modules ## make test/c/corpus anew, as small as it can be, from the vectors and what fuzzing found
	node test/c/seeds.js build/seeds
	rm -rf build/new-corpus && mkdir -p build/new-corpus build/corpus
	build/fuzz -merge=1 -use_counters=0 -max_len=400 build/new-corpus build/seeds build/corpus test/c/corpus
	rm -rf test/c/corpus && mv build/new-corpus test/c/corpus

mutants: build/mutants/test.o build/mutants/fuzz.o build/mutants/model.o ## break the core everywhere and count what the tests notice (long)
	CC_CLANG=$(CC_CLANG) node test/c/mutants.js src/parser.c src/connection.c

COVERAGE = $(CFLAGS) -O0 -g -fprofile-instr-generate -fcoverage-mapping $(SMALL_BATCH) $(CORE)

coverage: build/tools ## lines and branches of the core that the C tests, the model and the corpus reach
	command -v llvm-cov > /dev/null || sh tools/install.sh llvm
	mkdir -p build/coverage
	$(CC_CLANG) $(COVERAGE) test/c/test.c -o build/coverage/test
	$(CC_CLANG) $(COVERAGE) test/c/model.c -o build/coverage/model
	$(CC_CLANG) $(COVERAGE) -fsanitize=fuzzer test/c/fuzz.c -o build/coverage/fuzz
	LLVM_PROFILE_FILE=build/coverage/test.profraw build/coverage/test $(VECTORS)
	LLVM_PROFILE_FILE=build/coverage/model.profraw build/coverage/model
	LLVM_PROFILE_FILE=build/coverage/fuzz.profraw build/coverage/fuzz -runs=0 test/c/corpus 2> /dev/null
	llvm-profdata merge -o build/coverage/all.profdata build/coverage/*.profraw
	llvm-cov report build/coverage/test -object build/coverage/model -object build/coverage/fuzz \
	  -instr-profile=build/coverage/all.profdata src

SEED ?= 1

chaos: all test-tools ## 100,000 messages of nchan to 50 sources, whose connections are cut; SEED=1
	node test/chaos/main.js --seed $(SEED)

soak: all ## 5 million events to 1,000 sources, 100,000 opened and closed: nothing grows; SEED=1
	node test/soak/main.js --seed $(SEED)

reproducible: dist/core.wasm ## build core.wasm in two other folders: the same bytes
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	for name in first second/deeper; do \
	  mkdir -p $$folder/$$name && cp -R Makefile src tools $$folder/$$name && \
	  $(MAKE) -s -C $$folder/$$name dist/core.wasm && cmp $< $$folder/$$name/dist/core.wasm || exit 1; \
	done
	@sha256sum $<

reliability: all test-tools ## run what docs/reliability.md tells of, and write its figures; PARTS="chaos soak" for some (long)
	node tools/reliability.js $(PARTS)

# ---- Form ----

C_SOURCES = $(wildcard src/*.c src/*.h test/c/*.c test/c/*.h)

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

size: all ## bytes of what is shipped, by four bundlers
	@node tools/size.js

size-docs: all ## write these figures in docs/guide.md
	node tools/size.js --docs

clean: ## remove what was built
	rm -rf build dist page/package
