# make demo    the main job, told with a real az against the emulator
# make test    everything that must pass
# make lint    ruff and mypy
# make build   the wheel, in dist/
# make compat  the in-process tests on the core of the oldest azure-cli supported, and on the newest azure-cli
# make bench   timings, as ratios within one run
# make docs    docs/commands.md, out of the parser
# make fuzz    hostile input, FUZZ_SECONDS (60) for each target, by atheris in an environment of its own
# make clean   removes what the others made

PYTHON ?= $(shell command -v python3.11 || command -v python3)
FUZZ_SECONDS ?= 60
OLDEST := 2.46.0
PIP := pip install --quiet --disable-pip-version-check
BIN := .venv/bin
WHEEL_SOURCES := setup.py README.md LICENSE $(shell find azext_iot_dps -name '*.py' -o -name '*.json')

# The user's own azure-cli settings may not reach the tests.
unexport AZURE_EXTENSION_DEV_SOURCES

.PHONY: demo test lint build compat bench docs fuzz clean

test: lint build
	$(BIN)/python -m pytest

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

build: .venv/ready dist/ready

demo: build
	$(BIN)/python -m tests.demo

bench: build
	$(BIN)/python -m benchmarks

docs: .venv/ready
	folder=$$(mktemp -d) && AZURE_CONFIG_DIR=$$folder AZURE_CLOUD_NAME=AzureCloud AZURE_EXTENSION_DEV_SOURCES=$(CURDIR) \
		$(BIN)/python -m tests.reference > $$folder/commands.md && mv $$folder/commands.md docs/ && rm -rf $$folder

fuzz: .venv-fuzz/ready
	.venv-fuzz/bin/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

# .venv holds the newest azure-cli of the day it was made. The core of the oldest one does alone; that of newer ones
# complains on every line of the command modules it lacks.
compat: .venv-$(OLDEST)/ready .venv/ready
	.venv-$(OLDEST)/bin/python -m pytest -m "not az"
	$(BIN)/python -m pytest -m "not az"

clean:
	rm -rf .venv* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

dist/ready: $(WHEEL_SOURCES) .venv/ready
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . > /dev/null
	rm -rf build
	touch $@

# Each environment ends with the egg-info by which azure-cli finds the extension in this folder.
define environment
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/$(PIP) $(1) -r requirements-dev.txt
	$(@D)/bin/python setup.py --quiet egg_info
	touch $@
endef

.venv/ready: requirements-dev.txt setup.py
	$(call environment,azure-cli)

.venv-$(OLDEST)/ready: requirements-dev.txt setup.py
	$(call environment,azure-cli-core==$(OLDEST) azure-common msrest)

.venv-fuzz/ready: requirements-fuzz.txt requirements-dev.txt setup.py
	$(call environment,azure-cli-core azure-common msrest -r requirements-fuzz.txt)
