# Two stages: packages are installed where compilers may be, the shop runs where they are not.
FROM python:3.11-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /packages
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --requirement requirements.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings.production
WORKDIR /srv/shop
# The code belongs to root: whoever breaks into the process can write its files alone.
RUN useradd --no-create-home --uid 10001 shop && mkdir -p var/static var/media && chown shop var/static var/media
COPY --from=packages /opt/venv /opt/venv
COPY . .
# The processes can't write here, so each of them would compile the code again when it starts.
RUN python -m compileall -q .
USER 10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--host", "0.0.0.0", "--port", "8000", "config.wsgi:application"]
