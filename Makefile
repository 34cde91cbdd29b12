# The two commands: `make demo` and `make test`. PYTHON=/path/to/python3 chooses the Python of a first set-up.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
# Half of a test's time is waiting for real programs: three of them keep two cores at work.
WORKERS := 3
STEP = @printf '\033[1;34m==>\033[0m %s\n'

.PHONY: help setup demo test soak checks lint types floors emupos smp bench pictures screens pins clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install what demo and test need (done by themselves, too)
	@./setup.sh test

demo: ## a whole province on this machine; CHECK=1 drives it and tells what it saw
	@./setup.sh $(if $(CHECK),check,demo)
	@exec $(BIN)/motcua demo $(if $(CHECK),--check) $(ARGS)

test: ## everything CI runs
	@./setup.sh test
	@$(MAKE) -j 2 --output-sync=target types lint floors emupos smp
	$(STEP) "tests"
	@exec $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

soak: ## the long proofs at their full size
	@./setup.sh test
	@exec $(BIN)/python -m pytest --full -m soak $(ARGS)

checks: types lint floors ## ruff, mypy, import-linter

lint:
	$(STEP) "ruff"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet

types:
	$(STEP) "mypy"
	@$(BIN)/mypy

floors:
	$(STEP) "floors"
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

emupos:
	$(STEP) "an independent ESC/POS interpreter (.venv-emupos)"
	@$(BIN)/python -m tests.counterparts.emupos 2>&1 | tail -n 1

smp:
	$(STEP) "a board with MCUboot and Zephyr's SMP server (.venv-smp)"
	@$(BIN)/python -m tests.counterparts.qemu 2>&1 | tail -n 1

bench: ## measure, and write docs/benchmarks.md anew
	@./setup.sh test
	@exec $(BIN)/python -m bench

pictures: ## take the pictures of docs/pictures from the running demo
	@./setup.sh check
	@exec $(BIN)/motcua demo --pictures docs/pictures

screens: ## take every screen of the kiosk and of the officers anew, into docs/screens
	@./setup.sh test
	@exec $(BIN)/python -m tests.kiosk.screens docs/screens

pins: ## write constraints.txt anew from the newest versions that fit
	@rm -rf var/pins && python3 -m venv var/pins
	@var/pins/bin/pip install --upgrade --quiet -e '.[test]'
	@{ sed -n '/^#/p' constraints.txt; var/pins/bin/pip freeze --exclude-editable | sort -f; } >var/pins.txt
	@mv var/pins.txt constraints.txt && rm -rf var/pins && git --no-pager diff --stat -- constraints.txt

clean: ## take away environments and state
	rm -rf .venv .venv-emupos .venv-smp var build *.egg-info
