# The developer's menu; `make help` prints it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-test build run test conformance lint format bench clean

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
	swift test -c release --skip-build
	.venv/bin/python -m pytest Tests/EndToEnd

## conformance  let judges and clients that others wrote try the server
conformance: build setup-test
	@scripts/setup.sh conformance
	.venv/bin/python -m pytest Tests/Conformance

## lint         check the format, the import rules and the size of files
lint:
	swift format lint --strict --recursive Sources Tests Package.swift
	scripts/check-structure.sh

## format       format the Swift files in place
format:
	swift format --in-place --recursive Sources Tests Package.swift

## bench        measure start-up, search and prediction of the release build, as a table
bench: build setup-test
	.venv/bin/python Benchmarks/first_light.py --gnomon $(GNOMON)

## clean        remove what was built, not your data
clean:
	rm -rf .build .venv

help:
	@echo "gnomon: a STAC catalog of imagery and models, which also runs them"; echo
	@sed -n 's/^## /  make /p' $(MAKEFILE_LIST)
