# Every target sets the machine up first (tools/setup: quick when there is nothing to do).
SHELL := /bin/bash
.DEFAULT_GOAL := build
export PATH := $(CURDIR)/.venv/bin:$(PATH)
JOBS ?= $(shell nproc)
RUN := testdata/runs/seed-1.2-softmax-mse
OURS = git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h'

.PHONY: build run test lint format asan tsan fuzz bench corpus models docs clean setup

# $(call configure,PRESET): ninja configures again by itself when a CMake file or a folder changes.
configure = { [ build/$(1)/build.ninja -nt CMakePresets.json ] || cmake --preset $(1) --log-level=WARNING; }
# $(call compile,PRESET,TARGET)
compile = $(call configure,$(1)) && cmake --build build/$(1) --parallel $(JOBS) --target $(2)

setup:
	@tools/setup

build: setup
	@$(call compile,release,all)

# The main job on a bundled real run. It has a known fault, so exit 1 is what a working program returns.
run: setup
	@$(call compile,release,onnxcheck)
	@echo '$$ build/release/onnxcheck $(RUN)'
	@build/release/onnxcheck $(RUN); status=$$?; \
	if [ $$status = 1 ]; then echo 'exit 1: findings, as expected'; \
	else echo "exit $$status: exit 1 (findings) was expected" >&2; exit 1; fi

test:
	@tools/setup test
	@$(call compile,release,all)
	@ctest --test-dir build/release --output-on-failure -j $(JOBS)

asan tsan:
	@tools/setup test
	@$(call compile,$@,all)
	@ctest --preset $@ -j $(JOBS)

# Every fuzz target for FUZZ_SECONDS, on its corpus in .cache/fuzz and the inputs in testdata.
FUZZ_SECONDS ?= 60
fuzz:
	@tools/setup fuzz
	@$(call compile,fuzz,fuzzers)
	@tools/fuzz $(FUZZ_SECONDS)

bench:
	@tools/setup bench test
	@$(call compile,release,benchmarks)
	@tools/bench

# Everything in a folder of files from the wild: ONNXCHECK_CORPUS, or ../shared/corpus. With SCRIPTS=folder, faulty,
# mended and healthy training scripts in it instead: docs/scripts.md.
corpus: build
	@$(if $(SCRIPTS),tools/script-pairs $(SCRIPTS),tools/corpus)

# The models of testdata/models again, and large ones, as today's exporters write them; then all are linted.
models: build
	@tools/setup models
	@.venv-models/bin/python testdata/models/make_models.py build/models/small
	@.venv-models-tf/bin/python testdata/models/make_tf_models.py build/models/small
	@.venv-models/bin/python testdata/models/make_models.py --large build/models/large
	@build/release/onnxcheck --no-config build/models/*/*.onnx; status=$$?; [ $$status -le 1 ]

docs: build
	@tools/docs

lint:
	@tools/setup lint
	@$(OURS) | xargs -0 clang-format-14 --dry-run -Werror
	@$(call configure,release)
	@tools/lint

format:
	@tools/setup lint
	@$(OURS) | xargs -0 clang-format-14 -i

clean:
	rm -rf build
