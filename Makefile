# Everything that starts from a checkout. `make help` lists the targets.
# The interpreter: .venv's own if there is one, otherwise the first supported one on the path.
ifndef PYTHON
PYTHON := $(shell for python in .venv/bin/python python3 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	    2>/dev/null && echo "$$python" && exit; done; echo python3)
endif
BIN := .venv/bin/python

.PHONY: help package development report test torture bench check check-documents golden snapshots wheel clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1: \2/p' Makefile
	@echo "PYTHON=python3.12 chooses the interpreter (3.11 to 3.13)."

package: ## set up: system libraries, .venv, the package
	@$(PYTHON) tools/set_up.py

development: ## set up, and the packages that tests and checks need
	@$(PYTHON) tools/set_up.py --development

report: package ## set up, then the default report in reports/
	$(BIN) -m reportgen build

test: development ## set up, then all tests
	$(BIN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

torture: development ## the long runs that make test leaves out
	$(BIN) -m pytest -q -m torture -o faulthandler_timeout=3600

bench: development ## the benchmarks
	@set -e; for script in benchmarks/bench_*.py; do $(BIN) "$$script"; done

check: development ## linter, formatter and types
	$(BIN) -m ruff check .
	$(BIN) -m ruff format --check .
	$(BIN) -m mypy
	$(BIN) -m mypy tools

check-documents: development ## reports of all assignments in a browser and under validators
	@$(BIN) tools/set_up_documents.py
	$(BIN) -m pytest -q -m documents -o faulthandler_timeout=900

golden: development ## new golden pictures of the pages, to look at and commit
	@$(BIN) tools/set_up_documents.py
	$(BIN) tests/documents/golden_pictures.py

snapshots: development ## new texts of the built-in reports, to read and commit
	$(BIN) tests/support/snapshots.py

wheel: development ## the wheel, in dist/
	$(BIN) -m pip wheel -q --no-deps --no-build-isolation -w dist .

clean: ## remove .venv, dist and the tools' caches; reports and the store stay
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
