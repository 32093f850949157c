# syntax=docker/dockerfile:1
# One image for web, worker and commands: `docker build -t dentalhub .`
# A package index of your own: `--secret id=pip,src=$HOME/.config/pip/pip.conf`.
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock ./
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=pip,target=/etc/pip.conf \
    .venv/bin/pip install --require-hashes --requirement requirements.lock
COPY . .
RUN .venv/bin/pip install --no-index --no-deps --no-build-isolation --editable .

FROM ${PYTHON_IMAGE} AS runtime
# The driver manager that pyodbc links, and Kerberos, which the driver links.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libodbc2 libgssapi-krb5-2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /data --no-create-home dentalhub \
    && install -d -o dentalhub -g dentalhub -m 0750 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DENTALHUB_DATA_DIR=/data DENTALHUB_ENV_FILE=/data/dentalhub.env
USER dentalhub
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=40s --retries=3 CMD ["python", "deploy/container_health.py"]
# The path without its query, in which a searched text may stand.
CMD ["gunicorn", "dentalhub.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"]
