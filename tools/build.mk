# Set-up, and how everything in dist/ is built.

.PHONY: test-tools

# ---- Set-up: what is missing is installed, what cannot be is named ----

build dist:
	mkdir -p $@

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	touch $@

%/node_modules: %/package.json %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

build/tools: tools/setup.sh | build
	sh tools/setup.sh $(EMCC) $(CC_GCC) $(CC_CLANG)
	touch $@

test-tools: # without one of them the tests still run, and say what they did without
	-@sh tools/setup-tests.sh

# ---- The core. src/wasm.c says what the words WITH_... mean ----

# -mbulk-memory: memcpy and its like are instructions, not code. 256 KiB: the slice, its text, the batch, the stack.
WASMFLAGS = $(CFLAGS) -mbulk-memory --no-entry -s STANDALONE_WASM -s INITIAL_MEMORY=262144 -s TOTAL_STACK=4096

# All of it: the file that the package exports, and what Node gets.
WASM_all = -Os -DWITH_CONNECTION -DWITH_PARSER -DWITH_TYPE -DWITH_OPTIONS -DWITH_TEXT
# For pages. A connection is built for size, without the second way through the parser: to fire an event takes many
# times what that saves.
SMALL = -Oz -DSSE_WITH_PLAIN_LINES=0
WASM_full = -DWITH_CONNECTION -DWITH_TYPE -DWITH_OPTIONS $(SMALL)
WASM_parser = -Os -DWITH_PARSER -DWITH_TYPE
# As JavaScript, which is not fast anyway; and the standard's without SIMD, which would be a fifth of its bytes.
JS_full = -DWITH_CONNECTION -DWITH_PARSER -DWITH_TYPE -DWITH_OPTIONS $(SMALL)
JS_standard = -DWITH_CONNECTION -DSSE_WITH_REPORTS=0 $(SMALL)
JS_parser = -DWITH_PARSER $(SMALL)

BUILDS = full standard parser
CORE_MODULES = dist/core.wasm.js $(BUILDS:%=dist/core.%.text.js) $(BUILDS:%=dist/core.%.js) dist/layout.js

build/%-simd.full.wasm: $(CORE) $(HEADERS) src/wasm.c build/tools
	$(EMCC) $(WASMFLAGS) -msimd128 $(WASM_$*) $(CORE) src/wasm.c -o $@

build/%-scalar.full.wasm: $(CORE) $(HEADERS) src/wasm.c build/tools
	$(EMCC) $(WASMFLAGS) $(JS_$*) $(CORE) src/wasm.c -o $@

FEATURES = --enable-simd --enable-bulk-memory
OPTIMIZE = wasm-opt $(FEATURES) --converge --strip-debug --strip-producers --strip-target-features

# Drops what Emscripten exports for its own JavaScript, which this package does without.
build/%.wasm: build/%.full.wasm tools/exports.js
	node tools/exports.js $< > $@.json
	wasm-metadce $(FEATURES) $< -f $@.json -o $@ > /dev/null

dist/core.wasm: build/all-simd.wasm | dist
	$(OPTIMIZE) -O3 $< -o $@

build/parser.wasm: build/parser-simd.wasm
	$(OPTIMIZE) -O3 $< -o $@

build/full.wasm: build/full-simd.wasm
build/standard.wasm: build/standard-scalar.wasm
build/full.wasm build/standard.wasm:
	$(OPTIMIZE) --flatten --rereloop -Oz -Oz $< -o $@

build/%.wasm2js: build/%-scalar.wasm
	$(OPTIMIZE) -Oz $< -o build/$*-small.wasm
	wasm2js -Oz $(FEATURES) build/$*-small.wasm -o $@

# A module is written to another file first, so that no half of one is ever imported.
WRITE = > $@.new && mv $@.new $@

dist/core.wasm.js: dist/core.wasm tools/embed.js node_modules
	node tools/embed.js hex $< $(WRITE)

dist/core.%.text.js: build/%.wasm tools/embed.js node_modules | dist
	node tools/embed.js text $< $(WRITE)

dist/core.%.js: build/%.wasm2js tools/embed.js node_modules | dist
	node tools/embed.js javascript $< $(WRITE)

build/layout: tools/layout.c $(HEADERS) build/tools
	$(CC_GCC) $(CFLAGS) $< -o $@

dist/layout.js: build/layout | dist
	build/layout $(WRITE)

# ---- The package ----

dist/eventsource-wasm.global.js: $(CORE_MODULES) $(wildcard js/*.js js/*/*.js js/*.d.ts) tools/bundle.js tools/react-native.js
	node tools/bundle.js

dist/check.html: $(wildcard js/command/*.js js/command/check/*.js js/command/check/*/*) tools/check-page.js node_modules | dist
	node tools/check-page.js

dist/vectors.json: $(VECTORS) tools/vectors.js js/command/conformance/points.js package.json | dist
	node tools/vectors.js $(WRITE)
