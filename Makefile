# The two commands: `make demo` and `make test`. PYTHON=/path/to/python3 chooses the Python of a first set-up.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
STEP = @printf '\033[1;34m==>\033[0m %s\n'

.PHONY: help setup demo test checks bench pictures pins clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install what demo and test need (done by themselves, too)
	@./setup.sh test

demo: ## a whole province on this machine; CHECK=1 drives it and tells what it saw
	@./setup.sh $(if $(CHECK),check,demo)
	@exec $(BIN)/motcua demo $(if $(CHECK),--check) $(ARGS)

test: ## everything CI runs
	@./setup.sh test
	@$(MAKE) checks
	$(STEP) "an independent ESC/POS interpreter (.venv-emupos)"
	@$(BIN)/python -m tests.counterparts.emupos 2>&1 | tail -n 1
	$(STEP) "a board with MCUboot and Zephyr's SMP server (.venv-smp)"
	@$(BIN)/python -m tests.counterparts.qemu 2>&1 | tail -n 1
	$(STEP) "tests"
	@exec $(BIN)/python -m pytest -n 2 $(ARGS)

checks: ## ruff, mypy, import-linter
	$(STEP) "ruff"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	$(STEP) "mypy"
	@$(BIN)/mypy
	$(STEP) "floors"
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

bench: ## measure, and write docs/benchmarks.md anew
	@./setup.sh test
	@exec $(BIN)/python -m bench

pictures: ## take the pictures of docs/pictures from the running demo
	@./setup.sh check
	@exec $(BIN)/motcua demo --pictures docs/pictures

pins: ## write constraints.txt anew from the newest versions that fit
	@rm -rf var/pins && python3 -m venv var/pins
	@var/pins/bin/pip install --upgrade --quiet -e '.[test]'
	@{ sed -n '/^#/p' constraints.txt; var/pins/bin/pip freeze --exclude-editable | sort -f; } >var/pins.txt
	@mv var/pins.txt constraints.txt && rm -rf var/pins && git --no-pager diff --stat -- constraints.txt

clean: ## take away environments and state
	rm -rf .venv .venv-emupos .venv-smp var build *.egg-info
