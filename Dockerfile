# The application: web, worker, beat and the commands of the owner, all from one image. No compiler, no Node, no root.

FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/local/bin/uv
WORKDIR /app
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups
ENV PATH=/app/.venv/bin:$PATH
COPY . .
COPY --from=assets /build/node_modules /tmp/node_modules
RUN python -m hospital_crm.demo.assets /tmp/node_modules static/vendor && docker/collect.sh

FROM python:3.13-slim-trixie
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin crm \
 && install -d -o crm -g crm -m 0700 /var/lib/hospital-crm
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CRM_DATA_DIR=/var/lib/hospital-crm
USER crm
EXPOSE 8000
CMD ["gunicorn", "hospital_crm.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]
