# Needs Python 3.11 or newer with venv and pip, git and make; everything else is brought into .venv and static/vendor.
#   make demo [ARGS="--port 8001 --size medium --reset --no-serve"]    make test [ARGS="tests/patients -x"]

# The system's own Python comes first: distributions compile it with profile-guided optimisation, which one made by
# hand or by pyenv seldom has, and every page takes about a sixth less for it.
PYTHON ?= $(firstword $(foreach p,/usr/bin/python3 python3 python3.13 python3.12 python3.11,$(shell $p -c 'import sys, ensurepip; sys.version_info < (3, 11) and sys.exit(1); print("$p")' 2>/dev/null)))
UV := $(or $(shell command -v uv 2>/dev/null),.venv/bin/uv)
RUN := .venv/bin/python
CODE := accounts benchmarks campaigns content followups groups hospital_crm integrations messaging patients reports tests manage.py
ARGS ?=

# Compiled modules are kept also where the machine says otherwise: without them every process of the tests and every
# start of the demo compiles some 2,600 files again, and the tests rewrite theirs.
unexport PYTHONDONTWRITEBYTECODE
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
export NODE_USE_SYSTEM_CA := 1

.PHONY: demo test faults lint screenshots assets

demo: .venv/.synced static/vendor/.copied
	@exec $(RUN) -m hospital_crm.demo $(ARGS)

test: .venv/.synced static/vendor/.copied
	@$(RUN) manage.py translations compile
	$(RUN) -m pytest -n 3 --dist worksteal $(ARGS)

faults: .venv/.synced static/vendor/.copied
	@$(RUN) manage.py translations compile
	$(RUN) -m pytest -m faults $(ARGS)

lint: .venv/.synced
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy hospital_crm/tenancy hospital_crm/embedded hospital_crm/private_files $(wildcard */domain)
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet templates
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) manage.py translations check

screenshots: .venv/.synced static/vendor/.copied
	$(RUN) -m hospital_crm.demo.screenshots $(ARGS)

assets: static/vendor/.copied

# The environment: `rm -rf .venv` is the whole reset. --inexact keeps uv itself and the group `assets`.
.venv/.synced: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --frozen --inexact --python $(if $(wildcard .venv/bin/python),.venv/bin/python,$(or $(PYTHON),">=3.11"))
	@touch $@

.venv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Needed: Python 3.11 or newer with venv and pip (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "  Making .venv with $(PYTHON) …"
	@$(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

# The front-end files: npm where it is installed and young enough, else the one that comes as a Python package.
static/vendor/.copied: package.json package-lock.json hospital_crm/demo/assets.py | .venv/.synced
	@echo "  Fetching the front-end files …"
	@if ! { command -v node && npm --version | grep -Eq '^([89]|[1-9][0-9])\.'; } >/dev/null 2>&1; then \
	  $(UV) sync --quiet --frozen --inexact --group assets --python .venv/bin/python; fi
	@PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --silent --no-progress || { rm -rf node_modules; \
	  echo "npm could not fetch the files of package-lock.json; is the registry reachable?"; exit 1; }
	@$(RUN) -m hospital_crm.demo.assets node_modules static/vendor
	@rm -rf node_modules
	@touch $@
