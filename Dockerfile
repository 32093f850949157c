# syntax=docker/dockerfile:1
# One image for web, workers and commands: `docker build -t dentalhub .`; `make image-steps` does the same without an engine.
# A package index of your own: `--secret id=pip,src=$HOME/.config/pip/pip.conf`. For S3 and AWS: `--build-arg LOCK=requirements-s3.lock`.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ARG LOCK=requirements.lock
WORKDIR /app
RUN python -m venv .venv
COPY ${LOCK} ./
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=pip,target=/etc/pip.conf \
    .venv/bin/pip install --no-compile --require-hashes --requirement ${LOCK}
COPY . .
# What only installing needs goes again; compiled once, since nothing can be written later.
RUN .venv/bin/pip install --no-index --no-deps --no-build-isolation --no-compile --editable . \
    && .venv/bin/pip uninstall --yes setuptools pip \
    && .venv/bin/python -m compileall -q --invalidation-mode unchecked-hash .

FROM ${PYTHON_IMAGE} AS runtime
# The driver manager that pyodbc links, and Kerberos, which the driver links. The driver itself is in a wheel.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libodbc2 libgssapi-krb5-2 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 dentalhub \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home dentalhub \
    && install -d -o 10001 -g 10001 -m 0750 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV HOME=/data DENTALHUB_DATA_DIR=/data DENTALHUB_ENV_FILE=/data/dentalhub.env
# As numbers, so that Kubernetes sees that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=40s --retries=3 CMD ["python", "deploy/container_health.py"]
CMD ["gunicorn", "dentalhub.wsgi", "--config", "deploy/gunicorn_settings.py"]
