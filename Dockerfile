# Kliping as a container: the crawler with its cron, or any of its commands. Nothing in it runs as root.
#   docker build -t kliping .
#   docker build -t kliping --build-arg REQUIREMENTS=requirements-dev.txt .     with every extra (kliping worker, kin, tables)
FROM python:3.11.14-slim-bookworm AS build
ARG REQUIREMENTS=requirements.txt
WORKDIR /src
RUN python -m venv /opt/kliping
COPY requirements.txt requirements-dev.txt ./
# as in the Makefile: every package by its hash
RUN /opt/kliping/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r "$REQUIREMENTS"
COPY pyproject.toml README.md kliping.py ./
COPY pipelines pipelines
COPY crawler crawler
COPY seeds seeds
COPY migrations migrations
RUN /opt/kliping/bin/pip install --no-cache-dir --disable-pip-version-check --no-build-isolation --no-deps .

FROM python:3.11.14-slim-bookworm
# Debian's cron wants root and hides the environment from its jobs; busybox's runs as whoever starts it and passes both on. It has
# one thing to ask of the kernel: it sets the groups of the user it already is. Its own copy may do that, the jobs may not.
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends busybox-static libcap2-bin \
    && install /bin/busybox /usr/local/bin/crond && setcap cap_setgid=ep /usr/local/bin/crond \
    && apt-get purge --yes --auto-remove libcap2-bin && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /var/lib/kliping --create-home kliping \
    && install -d -o kliping -g kliping /etc/kliping/tabs
COPY --from=build /opt/kliping /opt/kliping
COPY --chown=kliping:kliping crontab /etc/kliping/tabs/kliping
COPY --chmod=755 deploy/cron.sh /usr/local/bin/kliping-cron
ENV PATH=/opt/kliping/bin:/usr/local/bin:/usr/bin:/bin \
    KLIPING_DATA=/var/lib/kliping \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /var/lib/kliping
VOLUME /var/lib/kliping
# the database answers, its schema is ours; whether the news comes is `kliping health`'s to say, and no restart would mend it
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["kliping", "db", "check"]
CMD ["kliping-cron"]
