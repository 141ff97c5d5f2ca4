# Two stages: wheels are built where compilers may be, the shop runs where they are not.
FROM python:3.11-slim AS wheels
WORKDIR /wheels
COPY requirements.txt .
RUN pip wheel --no-cache-dir --wheel-dir . --requirement requirements.txt

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --create-home --uid 10001 shop && mkdir -p /srv/shop/var/static /srv/shop/var/media && chown -R shop /srv/shop
WORKDIR /srv/shop
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels --requirement /wheels/requirements.txt
COPY --chown=shop . .
USER shop
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--host", "0.0.0.0", "--port", "8000", "config.wsgi:application"]
