# On a fresh Debian, Ubuntu or macOS with Python 3.11 or newer:
#     make lab     opens the notebooks
#     make test    runs everything
# `make help` lists the rest. PYTHON=/path/to/python3 chooses the Python, OPTIONS="--no-browser" goes to `make lab`.

LOCK := .ci/requirements.lock
OLDEST_LOCK := .ci/requirements-oldest.lock
SPARK_LOCKS := .ci/requirements-spark-build.lock .ci/requirements-spark.lock
RUN := .venv/bin/python -m
RUN_OLDEST := .venv-oldest/bin/python -m
RUN_SPARK := .venv-spark/bin/python -m
ON_ALL_CORES := --numprocesses logical --dist worksteal
# A notebook is a kernel, and the apps of a file are a server: they stay on one worker.
BY_FILE := --dist loadfile
CHOOSE := uv pip compile pyproject.toml --extra all --extra test --universal --python-version 3.11 --only-binary :all: \
    --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --upgrade --quiet

CHOOSE_FEW := uv pip compile --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet

# The site shows what the package makes, so it has the versions that are tested.
CHOOSE_FOR_SITE := $(CHOOSE_FEW) --python-version 3.11 --universal --only-binary :all: --extra all \
    --constraints $(LOCK) pyproject.toml docs/site/site.in

# Several hundred Pythons are started: what they compile is kept, so that each need not do it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help lab test lint test-library test-oldest test-spark test-notebooks test-browser bench bench-cohort bench-parts bench-own-data lite test-lite site test-site notebooks pictures sample power evidence engines lock wheelhouse release clean

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

lab: .venv/ready ## Open JupyterLab on the notebooks
	.venv/bin/myositis-tools lab --folder notebooks $(OPTIONS)

# One after the other: on a machine that is busy otherwise a widget gives its page up after two seconds, and browser tests
# fail. What is in quotes would run beside each other.
test: .venv/ready .venv-oldest/ready .venv-spark/ready ## Run everything
	.venv/bin/python .ci/stages.py lint test-library test-oldest test-spark test-notebooks test-browser test-site

lint: .venv/ready ## Check style and types
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

test-library: .venv/ready ## Test the library on the newest versions of all it uses
	$(RUN) pytest $(ON_ALL_CORES) --ignore=tests/browser --ignore=tests/lite --ignore=tests/site

# An old package may use of a newer one what has been deprecated since: that is no fault of ours. What a table or a value
# becomes on an old version is asked of every function, engine, reader, figure and app. Left out is what no version can
# change (our own files against the literature, the floors and plain English), and what asks the same functions for their
# rules again (spec, property, evidence, lessons, tables with little in them): the newest versions answer that.
test-oldest: .venv-oldest/ready ## Test the library on the oldest versions it says it works with
	$(RUN_OLDEST) pytest $(ON_ALL_CORES) -W ignore::DeprecationWarning -k "not little_in_them" \
	    $(addprefix --ignore=tests/,browser lite site spark notebooks environment tables spec property evidence lessons \
	    test_architecture.py test_plain_english.py engines/test_hostile_tables.py engines/test_every_engine.py \
	    apps/test_private_exports.py)

# One session of Spark on two cores, so one worker. Without Java its tests are not run and say so; in CI that is a failure.
test-spark: .venv-spark/ready ## Hold every function on PySpark against pandas (needs Java)
	JAVA_HOME="$$(sh .ci/find-java)" $(RUN_SPARK) pytest tests/spark

test-notebooks: .venv/ready ## Run the notebooks and compare every output with the committed one
	$(RUN) pytest $(BY_FILE) --numprocesses logical --nbval --nbval-current-env -p tests.notebooks.rounded_numbers \
	    --nbval-sanitize-with=tests/notebooks/nbval_sanitize.cfg notebooks myositis_tools/apps/pages

test-browser: .venv/ready ## Drive notebooks and apps in a real browser
	chromium=$$(sh .ci/find-chromium) && MYOSITIS_TOOLS_CHROMIUM="$$chromium" $(RUN) pytest $(BY_FILE) --numprocesses 2 tests/browser

bench: .venv/ready ## Time and weigh scoring and checking
	$(RUN) tests.benchmarks.run

bench-cohort: .venv/ready ## Screen a million patients; OPTIONS="--patients 100000" takes fewer
	$(RUN) tests.benchmarks.cohort $(OPTIONS)

bench-parts: .venv/ready ## Score and screen larger than memory; OPTIONS="--patients 12000000 --command score" takes another size
	$(RUN) tests.benchmarks.parts $(OPTIONS)

bench-own-data: .venv/ready ## Check and score a CSV of a million visits; OPTIONS="--visits 100000" takes fewer
	$(RUN) tests.benchmarks.own_data $(OPTIONS)

lite: .venv/ready .venv-lite/ready ## Make the notebooks a site that runs in a browser tab: build/lite/site
	rm -rf build/lite/ours build/lib
	$(RUN) pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/lite/ours .
	.venv-lite/bin/python docs/lite/make_lite.py build/lite/ours/*.whl build/lite/site

test-lite: lite ## Drive that site in a real browser: notebooks, apps, an exercise (ten minutes)
	chromium=$$(sh .ci/find-chromium) && MYOSITIS_TOOLS_CHROMIUM="$$chromium" $(RUN) pytest tests/lite

site: .venv-site/ready ## Make the documentation, offline: build/site/index.html
	.venv-site/bin/python docs/site/make_site.py

test-site: site .venv/ready ## Check that site: names, links, and pages in a real browser
	.venv-site/bin/python docs/site/check_docstrings.py
	chromium=$$(sh .ci/find-chromium) && MYOSITIS_TOOLS_CHROMIUM="$$chromium" $(RUN) pytest tests/site

# The formatter comes first: it writes the numbers of a notebook's outputs anew, and not always to the last digit.
notebooks: .venv/ready ## Run the notebooks again and save their outputs, with a picture of each figure
	$(RUN) ruff format --quiet notebooks myositis_tools/apps/pages
	chromium=$$(sh .ci/find-chromium) && MYOSITIS_TOOLS_CHROMIUM="$$chromium" $(RUN) nbconvert --to notebook --execute --inplace \
	    --ExecutePreprocessor.store_widget_state=False --ExecutePreprocessor.record_timing=False \
	    --NotebookExporter.preprocessors=tests.notebooks.number_widgets.NumberWidgets \
	    --NotebookExporter.preprocessors=tests.notebooks.draw_figures.DrawFigures \
	    notebooks/*.ipynb myositis_tools/apps/pages/*.ipynb

pictures: .venv/ready ## Photograph every view for docs/pictures
	chromium=$$(sh .ci/find-chromium) && MYOSITIS_TOOLS_CHROMIUM="$$chromium" PYTHONPATH=. .venv/bin/python docs/make_pictures.py

sample: .venv/ready ## Make data/sample again
	$(RUN) myositis_tools.sample data/sample

power: .venv/ready ## Simulate data/sample/power.csv again (a quarter of an hour)
	$(RUN) myositis_tools.studies.design.power_grid data/sample --workers 2

# What the tests of tests/evidence compare with. They need none of this; the simulations take half an hour and more.
evidence: .venv/ready ## Let R make the reference numbers again, where it is there; OPTIONS="--simulations" makes those too
	$(RUN) tests.evidence.make $(OPTIONS)

engines: .venv-spark/ready ## Write docs/engines.md again: what each function does on each engine (needs Java)
	java=$$(sh .ci/find-java) && JAVA_HOME="$$java" $(RUN_SPARK) tests.engines.conformance

lock: ## Choose the newest and the oldest versions again (needs uv)
	$(CHOOSE) --output-file $(LOCK)
	$(CHOOSE_FEW) --python-version 3.11 --universal --only-binary :all: docs/lite/builder.in --output-file docs/lite/builder.lock
	$(CHOOSE_FEW) --python-version 3.12 --no-deps docs/lite/wheels.in --output-file docs/lite/wheels.lock
	$(CHOOSE_FOR_SITE) --output-file docs/site/site.lock
	$(CHOOSE_FEW) --python-version 3.11 --universal --only-binary :all: .ci/release.in --output-file .ci/release.lock
	$(CHOOSE_FEW) --python-version 3.11 --universal .ci/spark.in --output-file .ci/requirements-spark.lock
	$(CHOOSE_FEW) --python-version 3.11 --universal .ci/spark-build.in --output-file .ci/requirements-spark-build.lock
	$(CHOOSE) --resolution lowest-direct --constraints .ci/oldest-constraints.txt --output-file $(OLDEST_LOCK)

# Every wheel is checked against the lock, here and where it is installed. OPTIONS="--platform win_amd64 --python-version 3.12"
# fetches for another machine than this one.
wheelhouse: .venv/ready ## Fetch what a machine without a network needs, into wheelhouse/ (docs/deploy/README.md)
	$(RUN) pip download --require-hashes --only-binary :all: --dest wheelhouse --requirement $(LOCK) $(OPTIONS)
	$(RUN) pip wheel --no-deps --no-build-isolation --wheel-dir wheelhouse .
	cp $(LOCK) wheelhouse/requirements.lock

release: .venv/ready ## Build what goes out and try it in an empty environment (docs/release.md)
	.venv/bin/python .ci/release.py $(OPTIONS)

clean: ## Remove what make and the tests have made
	rm -rf .venv .venv-oldest .venv-spark .venv-lite .venv-site .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist wheelhouse
	find . -name __pycache__ -prune -exec rm -rf {} +

# An environment is made again when its lock has changed, and the package installed again when pyproject.toml has.
.venv/ready: $(LOCK) pyproject.toml
	sh .ci/make-venv .venv $(LOCK)
	@touch $@

# What builds the site needs nothing of ours, and must not bring the widgets of another JupyterLab.
.venv-lite/ready: docs/lite/builder.lock .venv/ready
	$(RUN) venv --clear .venv-lite
	.venv-lite/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r docs/lite/builder.lock
	@touch $@

.venv-site/ready: docs/site/site.lock pyproject.toml
	sh .ci/make-venv .venv-site docs/site/site.lock
	@touch $@

.venv-oldest/ready: $(OLDEST_LOCK) pyproject.toml
	sh .ci/make-venv .venv-oldest $(OLDEST_LOCK)
	@touch $@

.venv-spark/ready: $(LOCK) $(SPARK_LOCKS) pyproject.toml
	sh .ci/make-venv .venv-spark $(LOCK) $(SPARK_LOCKS)
	@touch $@
