# What goes deeper, or takes longer, than what everybody uses; and how the tests in C are built.

.PHONY: test-react-native fuzz corpus mutants coverage bench bench-quick chaos soak shared compatibility reproducible reliability

# ---- The tests in C ----

# A small batch, so that many are full.
SMALL_BATCH = -DSSE_BATCH_RECORDS=6
TESTED = $(CORE) $(HEADERS) $(wildcard test/c/*.h) build/examples.inc build/tools
C_TESTS = build/test-gcc build/test-clang build/examples-gcc build/examples-clang

build/%-gcc: test/c/%.c $(TESTED)
	$(CC_GCC) $(CFLAGS) $(SANITIZE) $(SMALL_BATCH) -Ibuild $(CORE) $< -o $@

build/%-clang: test/c/%.c $(TESTED)
	$(CC_CLANG) $(CFLAGS) $(SANITIZE) $(SMALL_BATCH) -Ibuild $(CORE) $< -o $@

# The examples in the comment of sse.h.
build/examples.inc: src/sse.h | build
	sed -n 's/^ \*     //p' $< > $@

# What is linked to a core, or to a broken copy of it. The model is not sanitized: it visits millions of states.
FLAGS_model = -O2
FLAGS_fuzz = $(SANITIZE)
FUZZER = -fsanitize=fuzzer

build/mutants/%.o: test/c/%.c $(TESTED)
	mkdir -p $(@D)
	$(CC_CLANG) $(CFLAGS) $(FLAGS_$*) $(SMALL_BATCH) -c $< -o $@

build/model: build/mutants/model.o $(TESTED)
	$(CC_CLANG) $(CFLAGS) $(FLAGS_model) $(SMALL_BATCH) $(CORE) $< -o $@

# Only the core is instrumented for the fuzzer, not what judges it.
build/fuzz: build/mutants/fuzz.o $(TESTED)
	$(CC_CLANG) $(CFLAGS) $(FLAGS_fuzz) $(SMALL_BATCH) $(FUZZER) $(CORE) $< -o $@

SECONDS ?= 60

fuzz: all build/fuzz ## fuzz the core natively and the boundary in Node, both for SECONDS=60
	sh test/fuzz/run.sh $(SECONDS)

corpus: build/fuzz node_modules ## make test/c/corpus again, as small as it can be, from the vectors and what fuzzing found
	node test/c/seeds.js build/seeds
	rm -rf build/new-corpus && mkdir -p build/new-corpus build/corpus
	build/fuzz -merge=1 -use_counters=0 -max_len=400 build/new-corpus build/seeds build/corpus test/c/corpus
	rm -rf test/c/corpus && mv build/new-corpus test/c/corpus

mutants: build/mutants/test.o build/mutants/fuzz.o build/mutants/model.o ## break the core everywhere and count what the tests notice (long)
	CC_CLANG=$(CC_CLANG) node test/c/mutants.js src/parser.c src/connection.c

COVERED = build/coverage/test build/coverage/model build/coverage/fuzz
COVERAGE_fuzz = $(FUZZER)

build/coverage/%: test/c/%.c $(TESTED)
	mkdir -p $(@D)
	$(CC_CLANG) $(CFLAGS) -O0 -g -fprofile-instr-generate -fcoverage-mapping $(COVERAGE_$*) $(SMALL_BATCH) $(CORE) $< -o $@

coverage: $(COVERED) ## lines and branches of the core that the C tests, the model and the corpus reach
	command -v llvm-cov > /dev/null || sh tools/install.sh llvm
	LLVM_PROFILE_FILE=build/coverage/test.profraw build/coverage/test $(VECTORS)
	LLVM_PROFILE_FILE=build/coverage/model.profraw build/coverage/model
	LLVM_PROFILE_FILE=build/coverage/fuzz.profraw build/coverage/fuzz -runs=0 test/c/corpus 2> /dev/null
	llvm-profdata merge -o build/coverage/all.profdata build/coverage/*.profraw
	llvm-cov report $(firstword $(COVERED)) $(patsubst %,-object %,$(wordlist 2,9,$(COVERED))) \
	  -instr-profile=build/coverage/all.profdata src

# ---- The package ----

bench: all bench/node_modules test/runtimes/node_modules test-tools ## every benchmark, its tables and charts, in about a quarter of an hour
	node bench/run.js

bench-quick: all bench/node_modules ## the parser, eventsource-parser and the limit, in under a minute
	node bench/parser/run.js

SEED ?= 1

chaos: all test-tools ## 100,000 messages of nchan to 50 sources, whose connections are cut; SEED=1
	node test/chaos/main.js --seed $(SEED)

shared: all test-tools ## 10,000 messages to tabs that share a connection, whose holder goes 50 times, in three browsers (long)
	node test/shared/main.js

soak: all ## 5 million events to 1,000 sources, 100,000 opened and closed: nothing grows; SEED=1
	node test/soak/main.js --seed $(SEED)

compatibility: all test-tools test/runtimes/node_modules test/react-native/node_modules ## run the suites everywhere and write the tables in docs/compatibility.md
	node test/runtimes/run.js --save build/runtimes.json
	node test/browser/run.js --save build/browsers.json
	node test/runtimes/table.js build/runtimes.json build/browsers.json

reproducible: dist/core.wasm ## build core.wasm in two other folders: the same bytes
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	for name in first second/deeper; do \
	  mkdir -p $$folder/$$name && cp -R Makefile src tools $$folder/$$name && \
	  $(MAKE) -s -C $$folder/$$name dist/core.wasm && cmp $< $$folder/$$name/dist/core.wasm || exit 1; \
	done
	@sha256sum $<

reliability: all test-tools ## run what docs/reliability.md reports, and write its figures; PARTS="chaos soak" for some (long)
	node tools/reliability.js $(PARTS)

test/check/servers/node_modules: test/check/servers/package.json test/check/servers/package-lock.json
	cd test/check/servers && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

$(PEERS)/node_modules: $(PEERS)/package.json $(PEERS)/package-lock.json
	cd $(PEERS) && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

conformance-table: all $(PEERS)/node_modules ## judge parsers and clients of others, and write the tables in docs/conformance.md (long)
	sh tools/setup-peers.sh
	node test/conformance/table.js

test/react-native/node_modules: test/react-native/package.json test/react-native/package-lock.json
	cd test/react-native && npm ci --no-audit --no-fund --ignore-scripts --legacy-peer-deps
	touch $@

test-react-native: all test/react-native/node_modules ## the Mocha suites in three realms of React Native, in about three minutes
	node test/runtimes/run.js --runtime 'React Native, iOS' --runtime 'React Native, Android' --runtime 'React Native, bare'
