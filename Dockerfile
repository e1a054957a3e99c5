# The app, to serve a bundle from the Hub (RECSYS_REPO) or from a folder (RECSYS_BUNDLE). It has nothing to train with,
# and so no demo world.
FROM python:3.12-slim AS build
COPY requirements.txt .
# What stands above "# Training:" is what serving needs.
RUN sed '/^# Training:/,$d' requirements.txt > serving.txt \
    && python -m venv /venv && /venv/bin/pip install --no-cache-dir -r serving.txt

FROM python:3.12-slim
COPY packages.txt .
RUN apt-get update && xargs -a packages.txt apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home app && install -d -o app /data
COPY --from=build /venv /venv
WORKDIR /app
COPY app.py ./
COPY recsys recsys
USER app
ENV PATH=/venv/bin:$PATH HF_HOME=/data GRADIO_SERVER_NAME=0.0.0.0 GRADIO_ANALYTICS_ENABLED=False HF_HUB_DISABLE_TELEMETRY=1
EXPOSE 7860
HEALTHCHECK --start-period=10m CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz')"
CMD ["python", "app.py"]
