# The app as an image, built from the wheel:   docker build -t akteursatlas .
# It runs as user 10001, writes only to /data (and /tmp), and asks nobody outside. See docs/deployment.md.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheel .
RUN python -m venv /opt/akteursatlas \
 && /opt/akteursatlas/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt "$(echo /wheel/akteursatlas-*.whl)[postgresql]"

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 atlas \
 && useradd --uid 10001 --gid atlas --no-create-home --home-dir /data --shell /usr/sbin/nologin atlas \
 && install -d -o atlas -g atlas -m 0700 /data
COPY --from=build /opt/akteursatlas /opt/akteursatlas
# Only inside of the container the app listens on every address: who reaches it from outside is decided by what is published.
ENV PATH=/opt/akteursatlas/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AKTEURSATLAS_HOME=/data \
    AKTEURSATLAS_LISTEN=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "views.healthy"]
CMD ["akteursatlas", "app", "--no-open", "--port", "8501"]
