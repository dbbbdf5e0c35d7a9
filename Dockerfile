# Chipwire in a container: the same pinned packages as everywhere, an account of its own, nothing run as root.
FROM python:3.11-slim-bookworm

ENV PYTHONUTF8=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 DO_NOT_TRACK=1 \
    PREFECT_HOME=/data/prefect

WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements.lock

COPY pyproject.toml README.md prefect.yaml alerts.yml ./
COPY pipeline pipeline
COPY spiders spiders
COPY nlp nlp
COPY flows flows
COPY demo demo
COPY sources sources
COPY deploy deploy
RUN pip install --no-deps --no-build-isolation --editable . \
    && useradd --create-home --uid 10001 chipwire \
    && install -d -o chipwire -g chipwire /data
USER chipwire
VOLUME /data
CMD ["chipwire", "--help"]
