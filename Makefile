# The developer's menu; `make help` prints it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-test setup-bench setup-bench-peer build run test conformance lint format \
	bench bench-peer bench-ingest bench-growth bench-inference setup-bench-inference clean

DATA_DIR ?= .gnomon
PORT ?= 8080
GNOMON := .build/release/gnomon

## setup        install the libraries and the database that gnomon needs (apt, through sudo where you are not root)
setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

## build        compile gnomon in release mode
build: setup
	@echo "Compiling gnomon (the first time takes a few minutes) ..."
	swift build -c release --product gnomon

## run          build, load the demo catalog, and serve it on http://127.0.0.1:8080 until Ctrl-C
run: build
	$(GNOMON) load --data-dir $(DATA_DIR) fixtures/catalog
	@exec $(GNOMON) serve --data-dir $(DATA_DIR) --port $(PORT) --asset-root fixtures/catalog

## test         install what the tests need, build once, run every test
test: setup setup-test
	@echo "Compiling gnomon and its tests (the first time takes a few minutes) ..."
	swift build -c release --build-tests
	scripts/swift-tests.sh
	.venv/bin/python -m pytest Tests/EndToEnd Benchmarks/tests

## conformance  let judges and clients that others wrote try the server
conformance: build setup-test
	@scripts/setup.sh conformance
	.venv/bin/python -m pytest Tests/Conformance

## lint         check the format, the import rules and the size of files
lint:
	swift format lint --strict --recursive Sources Tests Benchmarks/Parts Package.swift
	scripts/check-structure.sh

## format       format the Swift files in place
format:
	swift format --in-place --recursive Sources Tests Benchmarks/Parts Package.swift

# What the benchmarks take: the data set, seconds a cell, rounds; `SIZE=100k make bench-peer` is what docs/benchmarks.md shows.
SIZE ?= 10k
SIZES ?= 100k,1M,10M
CELL ?= 5
ROUNDS ?= 2
BENCH_OPTIONS ?=
BENCH := PYTHONPATH=Benchmarks .venv-bench/bin/python -m gnomon_bench

setup-bench:
	@scripts/setup.sh bench

setup-bench-peer:
	@scripts/setup.sh bench-peer

setup-bench-inference:
	@scripts/setup.sh bench-inference

## bench        check and measure the release build alone, on a small catalog (SIZE=10k; some minutes)
bench: build setup-bench
	.venv-bench/bin/python Benchmarks/first_light.py --gnomon $(GNOMON)
	$(BENCH) match --gnomon $(GNOMON)
	$(BENCH) run --size $(SIZE) --seconds $(CELL) --extra $(BENCH_OPTIONS)
	$(BENCH) report

## bench-peer   the same searches on gnomon and on stac-fastapi-pgstac by turns, with the ratios (SIZE=10k)
bench-peer: build setup-bench-peer
	$(BENCH) compare --size $(SIZE) --seconds $(CELL) --rounds $(ROUNDS) $(BENCH_OPTIONS)
	$(BENCH) floor --size $(SIZE) --seconds $(CELL)
	$(BENCH) report

## bench-ingest loading and writing on both, and searching meanwhile (SIZE=10k)
bench-ingest: build setup-bench-peer
	$(BENCH) ingest --size $(SIZE) $(BENCH_OPTIONS)
	$(BENCH) report

## bench-growth what a search costs as the catalog grows (SIZES=100k,1M,10M; hours and 60 GB for the largest)
bench-growth: build setup-bench
	$(BENCH) growth --sizes $(SIZES) --seconds $(CELL) $(BENCH_OPTIONS)
	$(BENCH) report

INFERENCE := PYTHONPATH=Benchmarks .venv-bench-inference/bin/python -m gnomon_bench

## bench-inference  maps of a scene (SIZE=4096 or 10980, TREES=200 or 2000) on gnomon and on a Python pipeline by turns
bench-inference: SIZE = 4096
bench-inference: ROUNDS = 3
bench-inference: TREES = 200
bench-inference: build setup-bench-inference
	swift build -c release --product gnomon-parts
	$(INFERENCE) inference --size $(SIZE) --trees $(TREES) --rounds $(ROUNDS) $(BENCH_OPTIONS)
	$(INFERENCE) report

## clean        remove what was built, not your data
clean:
	rm -rf .build .venv .venv-bench .venv-bench-peer .venv-bench-inference .venv-pgstac .venv-mlflow .venv-fair

help:
	@echo "gnomon: a STAC catalog of imagery and models, which also runs them"; echo
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)
