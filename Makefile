# make demo    the main job, told with a real az against the emulator; AZ=/path/to/az uses that one and installs none
# make test    everything that must pass
# make lint    ruff, mypy, vermin, import-linter and the words that people read
# make build   the wheel, in dist/, without azure-cli
# make release  dist/release: wheels, SHA256SUMS, notes, and index.json for az. URL= is the folder that will serve them,
#               INDEX= the index.json to extend, INDEX_URL= where index.json always is (default: in the folder)
# make compat  the tests on every fifth azure-cli since the oldest that will do, and on every Python found here
# make bench   timings, as ratios within one run
# make bench-throttled  imports and exports against emulators that throttle, some six minutes
# make site    the documents as a site, in site/, by MkDocs in an environment of its own; fails for a broken link
# make clients  Microsoft's own libraries for Node and Python, and azure-cli, against the emulator; its README has the result
# make clients-quick  of these Python's two and azure-cli, within two minutes
# make docs    docs/commands.md from the parser, and the table of CSV columns in docs/fleets.md from the schema
# make fuzz    hostile input, FUZZ_SECONDS (60) for each target, by atheris in an environment of its own
# make mutate  mutants of the rulebook and of the retry policy that no test notices, some twenty minutes
# make picture  docs/images/apply.svg, of what a real az prints
# make screenshots  docs/images/report.png and report-phone.png, of a report in Chromium
# make clean   removes what the others made

PYTHON ?= $(shell command -v python3.11 || command -v python3)
FUZZ_SECONDS ?= 60
# Versions of azure-cli. The core alone is enough for the tests in one process; from 2.85 on it complains on every line
# of the command modules that it lacks, so that the whole is needed. .venv and .venv-newest have the newest of the day they were
# made.
comma := ,
CORES := 2.46.0 2.50.0 2.55.0 2.60.0 2.65.0 2.70.0 2.75.0 2.80.0
WHOLES := 2.46.0 2.85.0
PYTHONS := 3.9 3.10 3.12 3.13
# No version of this suits both an old azure-cli and import-linter: other environments have no MQTT.
MQTT := amqtt==0.12.1
INSTALL := $(PYTHON) tools/installing.py
# An az that is on this machine, for `make demo`.
AZ :=
BIN := .venv/bin
WHEEL_SOURCES := setup.py README.md LICENSE $(shell find azext_iot_dps -name '*.py' -o -name '*.json')

# The user's own azure-cli settings may not reach the tests.
unexport AZURE_EXTENSION_DEV_SOURCES

say = @echo "==> $(1)"

.PHONY: demo picture screenshots test lint build release compat compat-newest bench bench-throttled clients clients-quick docs mutate fuzz \
	clean

test: lint build
	$(call say,All tests: a line for each file$(comma) more than ten minutes)
	@$(BIN)/python -m pytest

lint: .venv/ready
	$(call say,Format and rules: ruff)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	$(call say,Types: mypy)
	@$(BIN)/mypy
	$(call say,Python 3.9: vermin)
	@$(BIN)/vermin --quiet --no-tips --violations --target=3.9- azext_iot_dps emulator/dps_emulator
	$(call say,Layers: import-linter)
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache
	$(call say,Words that people read)
	@$(BIN)/python -m tools.words

build: dist/ready

release: .venv/ready build
	@rm -rf dist/release
	$(call say,Building the emulator's wheel)
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist/release ./emulator > /dev/null
	@rm -rf emulator/build
	@cp dist/*.whl dist/release
	$(call say,Writing index and notes)
	@$(BIN)/python -m tools.release dist/release --url "$(URL)" $(if $(INDEX_URL),--index-url "$(INDEX_URL)") \
		$(if $(INDEX),--extend "$(INDEX)")

demo: dist/ready .venv-device/ready $(if $(AZ),,.venv/az)
	@$(BIN)/python -m tools.demo $(if $(AZ),--az '$(AZ)')

picture: dist/ready .venv/ready
	@$(BIN)/python -m tools.picture docs/images/apply.svg

screenshots: .venv/ready
	folder=$$(mktemp -d) && AZURE_CONFIG_DIR=$$folder AZURE_EXTENSION_DEV_SOURCES=$(CURDIR) \
		AZURE_CORE_COLLECT_TELEMETRY=0 AZURE_CORE_NO_COLOR=1 AZURE_IOT_FIRST_RUN=yes \
		$(BIN)/python -m tools.screenshots docs/images && rm -rf $$folder

bench: .venv/ready build
	$(BIN)/python -m tools.bench

bench-throttled: .venv/ready build
	$(BIN)/python -m tools.bench --throttled

clients: .venv/ready
	cd emulator && ../$(BIN)/python -m clients

clients-quick: .venv/ready
	cd emulator && ../$(BIN)/python -m clients --quick

docs: .venv/ready
	folder=$$(mktemp -d) && AZURE_CONFIG_DIR=$$folder AZURE_CLOUD_NAME=AzureCloud AZURE_EXTENSION_DEV_SOURCES=$(CURDIR) \
		AZURE_CORE_COLLECT_TELEMETRY=0 AZURE_CORE_NO_COLOR=1 AZURE_IOT_FIRST_RUN=yes \
		$(BIN)/python -m tools.reference && rm -rf $$folder

.PHONY: site
site: .venv-site/ready
	NO_MKDOCS_2_WARNING=1 $(<D)/bin/mkdocs build --strict --quiet
	$(<D)/bin/python -m tools.site site
	@echo "To read it: python3 -m http.server --directory site"

mutate: .venv-mutate/ready
	rm -rf mutants
	.venv-mutate/bin/mutmut run --max-children 2 > /dev/null
	.venv-mutate/bin/mutmut results

fuzz: .venv-fuzz/ready
	.venv-fuzz/bin/python -m tools.fuzz --seconds $(FUZZ_SECONDS)

compat: $(CORES:%=compat-core-%) $(WHOLES:%=compat-whole-%) $(PYTHONS:%=compat-python-%) compat-newest

compat-core-%: .venv-core-%/ready
	$(<D)/bin/python -m pytest -m "not az"

# Whole old azure-clis warn of themselves. ONLY selects tests, as in ONLY="-m az".
compat-whole-%: .venv-whole-%/ready build
	$(<D)/bin/python -m pytest -W default $(ONLY)

# Whatever is the newest today: azure-cli, and what the other environments have in fixed versions.
compat-newest: .venv-newest/ready build
	$(<D)/bin/python -m pytest

# On the newest core that the Python and the tests take.
compat-python-%:
	@if python$* -c '' 2> /dev/null; then \
		$(MAKE) .venv-python-$*/ready PYTHON=python$* && \
		.venv-python-$*/bin/python -m compileall -q azext_iot_dps && \
		.venv-python-$*/bin/python -m pytest -m "not az"; \
	else echo "Python $* was not found and not tried."; fi

clean:
	rm -rf .venv* mutants build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis emulator/*.egg-info emulator/build
	rm -rf site

dist/ready: $(WHEEL_SOURCES) .venv/emulator
	$(call say,Building the wheel)
	@rm -rf build dist
	@told=$$($(BIN)/python -m build --wheel --no-isolation --outdir dist . 2>&1) || { echo "$$told"; exit 1; }
	@rm -rf build
	@touch $@

define environment
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(INSTALL) $(@D) "$(firstword $(1))" $(1) $(or $(2),-r requirements-dev.txt)
	@$(INSTALL) $(@D) "the emulator" --no-deps -e ./emulator
	$(finish)
endef

# Nothing is compiled while it is installed: that takes minutes, and one process. Without it the warnings of modules that
# are compiled in a test would end the test. The egg-info is that by which azure-cli finds the extension in this folder.
define finish
	@echo "  compiling"
	@$(@D)/bin/python -W ignore -m compileall -q -j 0 $(@D)/lib > /dev/null 2>&1 || true
	@$(@D)/bin/python setup.py --quiet egg_info
	@touch $@
endef

# .venv grows with what is asked for: a wheel and the emulator need seconds, azure-cli minutes.
.venv/emulator: requirements-build.txt emulator/pyproject.toml
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(INSTALL) .venv "the emulator (half a minute, 70 MB)" $(MQTT) -r requirements-build.txt -e ./emulator
	@touch $@

.venv/az: .venv/emulator
	@$(INSTALL) .venv "azure-cli (one to three minutes, 400 MB)" azure-cli $(MQTT) -r requirements-build.txt -e ./emulator
	@touch $@

.venv/ready: .venv/az requirements-dev.txt setup.py
	@$(INSTALL) .venv "the checks (two minutes, 300 MB)" azure-cli $(MQTT) -r requirements-dev.txt
	$(finish)

.venv-newest/ready: requirements-build.txt requirements-dev.txt setup.py emulator/pyproject.toml
	$(call environment,azure-cli amqtt,$$(cat requirements-build.txt requirements-dev.txt | sed '/^[-#]/d; s/[=;].*//'))

.venv-core-%/ready: requirements-build.txt requirements-dev.txt setup.py emulator/pyproject.toml
	$(call environment,azure-cli-core==$* azure-common msrest)

.venv-whole-%/ready: requirements-build.txt requirements-dev.txt setup.py emulator/pyproject.toml
	$(call environment,azure-cli==$*)

.venv-python-%/ready: requirements-build.txt requirements-dev.txt setup.py emulator/pyproject.toml
	$(call environment,azure-cli-core==$(if $(filter 3.9,$*),2.46.0,2.80.0) azure-common msrest)

# They are no intermediate files, to be deleted.
.PRECIOUS: .venv-core-%/ready .venv-whole-%/ready .venv-python-%/ready

# What a device has: Microsoft's library, and no azure-cli, of which old ones need older libraries.
.venv-device/ready:
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(INSTALL) $(@D) "azure-iot-device (20 s, 30 MB)" azure-iot-device==2.14.0
	@touch $@

.venv-mutate/ready: requirements-mutate.txt requirements-dev.txt setup.py emulator/pyproject.toml
	$(call environment,azure-cli-core==2.80.0 azure-common msrest -r requirements-mutate.txt)

.venv-fuzz/ready: requirements-fuzz.txt requirements-dev.txt setup.py emulator/pyproject.toml
	$(call environment,azure-cli-core azure-common msrest -r requirements-fuzz.txt)

# MkDocs and its theme, which need nothing of this project.
.venv-site/ready: requirements-site.txt
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@
