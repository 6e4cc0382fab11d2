# tlsmend. `make help` lists the targets.
#
# What is made:  build/tlsmend       the command line program
#                dist/tlsmend.wasm   the same core as a WebAssembly module
#                dist/tlsmend.html   the page, one file that works offline
#                dist/site/          the page for a web server
#
# Every recipe first makes sure that its tools are there (src/setup/tools.sh):
# silent if so; as root on Debian it installs them, elsewhere it names them.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules
# Use every core, unless somebody above has said otherwise.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

# --- Settings ----------------------------------------------------------------

WERROR ?=            # 1: warnings are errors, as in CI
SYSTEM_LIBS ?=       # 1: link the machine's OpenSSL (3.5 or newer) and jansson
SANITIZE ?=          # 1: ASan and UBSan (build/asan/tlsmend); `make asan` sets it
PORT ?= 8080         # of `make serve`
V ?=                 # 1: show every command in full
# What `make run` mends: FILE=… LOG=… for one's own.
FILE ?= web/example/nginx.conf
LOG ?= $(if $(filter web/example/nginx.conf,$(FILE)),web/example/error.log)

# `make VAR=x  # comment` would keep the blanks.
override WERROR := $(strip $(WERROR))
override SYSTEM_LIBS := $(strip $(SYSTEM_LIBS))
override SANITIZE := $(strip $(SANITIZE))
override PORT := $(strip $(PORT))
override V := $(strip $(V))

# $(call quiet,WORD) before a command: shows the word and the target instead.
quiet = $(if $(V),,@printf '  %-5s %s\n' $(1) $@ && )

CC := $(if $(filter default,$(origin CC)),cc,$(CC))
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
    -Wmissing-prototypes -Wstrict-prototypes $(if $(WERROR),-Werror)
COMMON := -std=c11 -Iinclude -Isrc $(WARNINGS)

# Each variant of the native program has a folder of its own.
B := build$(if $(SYSTEM_LIBS),/system)$(if $(SANITIZE),/asan)

ifdef SYSTEM_LIBS
LIBS :=
LIBS_CFLAGS :=
LIBS_LINK := -lssl -lcrypto -ljansson
else
LIBS := build/native/lib/libssl.a build/native/lib/libjansson.a
LIBS_CFLAGS := -isystem build/native/include
LIBS_LINK := build/native/lib/libjansson.a build/native/lib/libssl.a build/native/lib/libcrypto.a
endif

ifdef SANITIZE
HARDEN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDEN_LINK := -fsanitize=address,undefined
else
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
HARDEN_LINK := -pie -Wl,-z,relro,-z,now
endif

# --- The core, natively ------------------------------------------------------

MAINS := src/main_cli.c src/main_wasm.c
CORE := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CORE_OBJECTS := $(CORE:src/%.c=$(B)/obj/%.o)
CLI := src/main_cli.c $(wildcard src/cli/*.c)
CLI_OBJECTS := $(CLI:src/%.c=$(B)/obj/%.o)

.PHONY: all cli unit asan
all: cli wasm pages ## build everything that is shipped
cli: $(B)/tlsmend ## build the command line program, build/tlsmend

$(B)/obj/%.o: src/%.c $(LIBS) | tools
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(COMMON) $(CFLAGS) $(HARDEN) $(LIBS_CFLAGS) -MMD -MP -c $< -o $@

# The core is pure C11; only the program around it needs POSIX.
$(CLI_OBJECTS): COMMON += -D_POSIX_C_SOURCE=200809L

# Made anew each time: `ar r` would keep the objects of files that are gone.
$(B)/libtlsmend.a: $(CORE_OBJECTS)
	@rm -f $@
	$(call quiet,AR)ar rcs $@ $(CORE_OBJECTS)

$(B)/tlsmend: $(CLI_OBJECTS) $(B)/libtlsmend.a
	$(call quiet,LINK)$(CC) $(CFLAGS) $(HARDEN) $^ $(LIBS_LINK) $(HARDEN_LINK) $(LDFLAGS) -o $@

asan: | tools ## build build/asan/tlsmend, the program with ASan and UBSan
	@$(SUB_MAKE) SANITIZE=1 cli

# --- Unit tests: one program a file, under the sanitizers ---------------------

UNIT_TESTS := $(patsubst tests/unit/%_test.c,$(B)/unit/%_test,$(wildcard tests/unit/*_test.c))

.PHONY: unit unit-programs
unit: | tools ## build and run the unit tests
	@$(SUB_MAKE) SANITIZE=1 unit-programs
	@tests/run.sh unit
unit-programs: $(UNIT_TESTS)

$(B)/unit/%_test: tests/unit/%_test.c $(B)/libtlsmend.a $(B)/unit/libsupport.a
	@mkdir -p $(@D)
	$(call quiet,TEST)$(CC) $(COMMON) -D_POSIX_C_SOURCE=200809L $(CFLAGS) $(HARDEN) $(LIBS_CFLAGS) -MMD -MP -MF $@.d \
	    $< $(B)/libtlsmend.a $(B)/unit/libsupport.a $(LIBS_LINK) -lcmocka $(HARDEN_LINK) -o $@

# An archive: a test that defines base_out_of_memory itself does not get this one.
$(B)/unit/libsupport.a: tests/setup/out_of_memory.c | tools
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(COMMON) $(CFLAGS) $(HARDEN) -c $< -o $(@:.a=.o)
	@rm -f $@
	@ar rcs $@ $(@:.a=.o)

# --- The core, as WebAssembly ------------------------------------------------

# Debian's emcc looks for its JavaScript parser in Debian's place only.
EMCC := NODE_PATH=/usr/share/nodejs emcc
WASM_LIBS := build/wasm/lib/libssl.a build/wasm/lib/libjansson.a
WASM_OBJECTS := $(CORE:src/%.c=build/wasm/obj/%.o) build/wasm/obj/main_wasm.o
WASM_CFLAGS := -O2 -ffunction-sections -fdata-sections -isystem build/wasm/include
WASM_LINK := -O1 -sSTANDALONE_WASM --no-entry -sALLOW_MEMORY_GROWTH=1 -sTOTAL_STACK=1MB -Wl,--stack-first \
    --js-library src/setup/wasi.js

.PHONY: wasm
wasm: dist/tlsmend.wasm ## build the WebAssembly module, dist/tlsmend.wasm

build/wasm/obj/%.o: src/%.c $(WASM_LIBS) | tools
	@mkdir -p $(@D)
	$(call quiet,EMCC)$(EMCC) $(COMMON) $(WASM_CFLAGS) -MMD -MP -c $< -o $@

build/wasm/linked.wasm: $(WASM_OBJECTS) src/setup/wasi.js
	$(call quiet,EMCC)$(EMCC) $(WASM_LINK) $(WASM_OBJECTS) build/wasm/lib/libjansson.a \
	    build/wasm/lib/libssl.a build/wasm/lib/libcrypto.a -o $@

# emcc exports what its own JavaScript might want; we want five names.
dist/tlsmend.wasm: build/wasm/linked.wasm src/setup/exports.json
	@mkdir -p $(@D)
	$(call quiet,WASM)wasm-metadce --graph-file=src/setup/exports.json $< -o $@.tmp >/dev/null
	@wasm-opt -Oz $@.tmp -o $@
	@rm -f $@.tmp

# --- Third-party libraries, built from source once ----------------------------

.PHONY: libs
libs: $(LIBS) $(WASM_LIBS) ## build OpenSSL and jansson, natively and as WebAssembly

build/src/%.version: src/setup/sources.txt | tools
	@src/setup/sources.sh $*

# One after the other, each with all cores: hence the order-only prerequisites.
build/native/lib/libssl.a: src/setup/openssl.sh build/src/openssl.version | tools
	@src/setup/openssl.sh native
build/native/lib/libjansson.a: src/setup/jansson.sh build/src/jansson.version | tools
	@src/setup/jansson.sh native
build/wasm/lib/libssl.a: src/setup/openssl.sh build/src/openssl.version | tools $(LIBS)
	@src/setup/openssl.sh wasm
build/wasm/lib/libjansson.a: src/setup/jansson.sh build/src/jansson.version | tools
	@src/setup/jansson.sh wasm

# nginx 1.26.3, for the tests; the machine's own is the other version tested.
.PHONY: nginx
nginx: build/nginx-1.26.3/sbin/nginx ## build the second nginx that the tests run
build/nginx-1.26.3/sbin/nginx: src/setup/nginx.sh build/src/nginx.version | tools
	@src/setup/nginx.sh

# --- The pages ---------------------------------------------------------------

WEB_SOURCES := $(shell find web -type f 2>/dev/null)

.PHONY: pages serve
pages: dist/tlsmend.html ## build the pages, dist/tlsmend.html and dist/site/

dist/tlsmend.html: dist/tlsmend.wasm $(WEB_SOURCES) node_modules/.package-lock.json
	@node web/build.mjs

node_modules/.package-lock.json: package.json package-lock.json | tools
	@echo "installing the npm packages of package-lock.json" >&2
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@touch $@

serve: pages ## serve dist/site on loopback, PORT=8080
	@node web/serve.mjs dist/site $(PORT)

# --- See it work -------------------------------------------------------------

.PHONY: run
run: cli wasm pages ## mend the example, or FILE=nginx.conf LOG=error.log
	@src/setup/run.sh $(B)/tlsmend '$(FILE)' '$(LOG)'

# --- Tests -------------------------------------------------------------------

.PHONY: test test-programs lint size bench
test: test-programs ## build everything and run all tests
	@tests/run.sh unit cases prop laws cli setup nginx seeds lab web

test-programs: cli wasm pages build/nginx-1.26.3/sbin/nginx
	@$(SUB_MAKE) SANITIZE=1 cli unit-programs

SCRIPTS := $(wildcard src/setup/*.sh tests/*.sh tests/setup/*.sh .ci/run)
C_FILES := $(wildcard src/*.c src/*/*.c src/*/*.h include/*.h tests/*/*.c tests/*/*.h)

# Each on its own, too; `make -k lint` goes on after the first that complains.
.PHONY: lint-shell lint-format lint-tidy lint-types
lint: lint-shell lint-format lint-tidy lint-types ## check formats and types, and look for mistakes
lint-shell: | tools
	shellcheck $(SCRIPTS)
lint-format: | tools
	clang-format --dry-run -Werror $(C_FILES)
lint-tidy: $(LIBS) | tools
	@printf '%s\n' $(CORE) $(CLI) | xargs -P "$$(nproc)" -I{} clang-tidy --quiet {} -- \
	    -std=c11 -Iinclude -Isrc $(LIBS_CFLAGS) -D_POSIX_C_SOURCE=200809L
lint-types: node_modules/.package-lock.json
	node_modules/.bin/tsc --project tsconfig.json
	node_modules/.bin/tsc --project tests/tsconfig.json

size: wasm pages ## the sizes of what is shipped: raw, gzip, brotli
	@node src/setup/size.mjs dist/tlsmend.wasm dist/tlsmend.html

bench: cli wasm ## the time of one answer, natively and in WebAssembly
	@node tests/bench/bench.mjs $(B)/tlsmend dist/tlsmend.wasm

# --- Housekeeping ------------------------------------------------------------

.PHONY: tools clean distclean help

# What the goals at hand need; unknown goals (single files) get what builds take.
GOALS := $(or $(MAKECMDGOALS),all)
C_ONLY := cli asan unit unit-programs nginx
GROUPS := build \
    $(if $(filter-out $(C_ONLY),$(GOALS)),wasm web) \
    $(if $(filter test test-programs unit unit-programs nginx,$(GOALS)),test) \
    $(if $(filter lint%,$(GOALS)),lint) $(if $(SYSTEM_LIBS),system)

tools:
	@$(if $(TOOLS_CHECKED),:,src/setup/tools.sh $(GROUPS))

# A make that this one starts need not look again.
SUB_MAKE = $(MAKE) TOOLS_CHECKED=1

clean: ## remove what was built, but not the libraries
	rm -rf dist build/obj build/unit build/asan build/system build/wasm/obj \
	    build/tlsmend build/libtlsmend.a

distclean: ## remove everything that is not in git
	rm -rf dist build node_modules

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  WERROR=1 makes warnings errors; SYSTEM_LIBS=1 links the machine's OpenSSL"
	@echo "  and jansson (build/system/tlsmend)."

-include $(CORE_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(WASM_OBJECTS:.o=.d) $(UNIT_TESTS:=.d)
