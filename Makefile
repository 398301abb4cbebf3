# Thin recipes; the work is in scripts/ and in cargo.
.DEFAULT_GOAL := help
.PHONY: help setup plugins run test check generate bench

# `make run PROFILE=release` builds an optimised host.
PROFILE ?= dev

help: ## What there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Add the WebAssembly target (the only set-up there is)
	@scripts/setup

plugins: setup ## Build the plugins into target/components
	@scripts/build-plugins

run: plugins ## Build all, start with the demo world, import one product, keep serving
	cargo run --profile $(PROFILE) -p sourcepilot -- serve --demo

test: plugins ## Every test: native, plugins, the suite on SQLite and on PostgreSQL
	@scripts/test

check: ## Formatting, lints, docs, licences, generated files
	@scripts/check

generate: ## Regenerate what is generated and committed
	cargo run -p sourcepilot -- openapi > host/openapi.json
	cd clients/typescript && npm ci --silent && npm run --silent generate

bench: plugins ## Micro benches beside their native equivalents (release build)
	@scripts/bench
