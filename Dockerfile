ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE} AS base


# One environment per image, each built on the one before it; pip itself stays behind.
FROM base AS api-packages
RUN python -m venv --without-pip /opt/venv
COPY requirements/api.txt /requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m pip --python /opt/venv/bin/python install --no-deps -r /requirements/api.txt

FROM api-packages AS worker-packages
COPY requirements/worker.txt /requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m pip --python /opt/venv/bin/python install --no-deps -r /requirements/worker.txt

FROM worker-packages AS trainer-packages
# torch for the CPU alone; without this index pip takes the CUDA libraries too
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements/training.txt /requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -m pip --python /opt/venv/bin/python install --no-deps \
    --extra-index-url ${TORCH_INDEX} -r /requirements/training.txt


# The code, compiled once, since the root file system is read-only where it runs.
FROM base AS code
COPY mail /app/mail
COPY model /app/model
COPY service /app/service
COPY routing.yaml /app/
RUN printf '#!/bin/sh\nexec python -m service "$@"\n' > /aiguilleur \
    && chmod 0755 /aiguilleur \
    && python -m compileall -q --invalidation-mode unchecked-hash /app \
    && cp -r /app /served \
    && rm -rf /served/model/training /served/model/corpus /served/service/local \
    # the API says which model is served; it needs the description, not the weights
    && cp -r /served /described \
    && rm -f /described/model/default/model.onnx /described/model/default/tokenizer.json


# The base without what nothing here runs: no pip, no manuals, no Perl beyond perl-base. The licences
# and the package database stay, for those who audit the image.
FROM base AS slim
RUN rm -rf /usr/share/man /usr/share/locale /usr/share/info /usr/share/lintian \
       /usr/share/perl /usr/lib/*/perl /usr/share/python-wheels \
       /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* \
       /usr/lib/python3/dist-packages/pip* /usr/lib/python3/dist-packages/setuptools* \
       /usr/lib/python3/dist-packages/wheel* /usr/lib/python3/dist-packages/pkg_resources* \
       /usr/local/lib/python3.11/site-packages/* /usr/local/lib/python3.11/ensurepip \
       /usr/lib/python3.11/ensurepip /usr/local/bin/pip* /usr/bin/pip* \
    && find /usr/share/doc -type f ! -name copyright -delete \
    && groupadd --gid 10001 aiguilleur \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp \
       --shell /usr/sbin/nologin aiguilleur
COPY --from=code /aiguilleur /usr/local/bin/aiguilleur


# What every image shares, in one layer: from scratch, or the base's layers would bring back what
# was removed. So PATH and the locale, which the base had set, are set again.
FROM scratch AS runtime
COPY --from=slim / /
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="aiguilleur" \
      org.opencontainers.image.description="Asynchronous e-mail classification and routing" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
# a container is reached from outside; everywhere else the service listens on this machine alone
ENV PATH=/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 HOME=/tmp PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    AIGUILLEUR_HTTP_HOST=0.0.0.0 AIGUILLEUR_METRICS_HOST=0.0.0.0
STOPSIGNAL SIGTERM
ENTRYPOINT ["aiguilleur"]


FROM runtime AS api
COPY --from=api-packages /opt/venv /opt/venv
COPY --from=code /described /app
USER 10001:10001
EXPOSE 8080 9100
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
    CMD ["python", "-m", "service.alive", "api"]
CMD ["api"]


FROM runtime AS worker
COPY --from=worker-packages /opt/venv /opt/venv
COPY --from=code /served /app
USER 10001:10001
EXPOSE 9100
# longer than a wake-up may take, or a slow model batch would count as a hang
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-m", "service.alive", "loop", "--within", "240"]
CMD ["worker"]


FROM runtime AS trainer
COPY --from=trainer-packages /opt/venv /opt/venv
COPY --from=code /app /app
USER 10001:10001
ENTRYPOINT ["python", "-m", "model"]
CMD ["train-default", "--help"]
