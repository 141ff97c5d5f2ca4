#!/usr/bin/env bash
# Builds and starts the shop with Docker; run again, it updates the shop and keeps its data: docs/deployment.md
# Usage: bash scripts/live_server_deploy.sh [DOMAIN]   or   DOMAIN=shop.example bash scripts/live_server_deploy.sh
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NEEDED=(SECRET_KEY ALLOWED_HOSTS SITE_URL EMAIL_HOST POSTGRES_PASSWORD)

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

require_docker() {
    command -v docker >/dev/null || fail "Docker is needed: https://docs.docker.com/engine/install/"
    docker compose version >/dev/null 2>&1 ||
        fail "Docker Compose 2.20 or newer is needed (docker compose): https://docs.docker.com/compose/install/"
    docker info >/dev/null 2>&1 ||
        fail "Docker does not answer. Is it running, and may you use it? (sudo systemctl start docker, or run this with sudo)"
}

# random COUNT: prints random letters and digits, which need no quotes anywhere.
random() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c "1-$1"; }

# setting NAME: prints the setting from .env.
setting() { sed -nE "s/^(export +)?$1 *= *[\"']?([^\"'# ]*).*/\2/p" .env | tail -n 1; }

ask_domain() {
    if [ -z "$domain" ] && [ -t 0 ]; then
        read -rp "The shop's domain, such as shop.example (Enter for localhost, to try it on this machine): " domain
    fi
    domain=${domain:-localhost}
    [[ $domain =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] ||
        fail "DOMAIN is a bare name, such as shop.example, not: $domain"
}

# The umask makes the file readable only by its owner from its first byte on; -C refuses to overwrite an existing file.
make_env() {
    if docker volume inspect shop_postgres >/dev/null 2>&1; then
        fail "There is a database of an earlier deployment (the volume shop_postgres), but no .env." \
            "Please put that deployment's .env back: its POSTGRES_PASSWORD opens the database."
    fi
    ask_domain
    (umask 077 && set -C && cat >.env) <<EOF
# Made by scripts/live_server_deploy.sh, which never changes it. Every setting: .env.example
SECRET_KEY=$(random 64)
POSTGRES_PASSWORD=$(random 40)
ALLOWED_HOSTS=$domain
SITE_URL=https://$domain
DEFAULT_FROM_EMAIL=shop@$domain
# Mail is kept, not sent, until EMAIL_HOST names your mail server; then remove COMPOSE_PROFILES.
COMPOSE_PROFILES=mailbox
EMAIL_HOST=mailbox
EMAIL_PORT=1025
EMAIL_USE_TLS=False
EOF
    echo "Made .env for https://$domain, with secrets of its own. Keep a copy somewhere safe."
}

check_env() {
    local name missing=()
    for name in "${NEEDED[@]}"; do
        [ -n "$(setting "$name")" ] || missing+=("$name")
    done
    [ ${#missing[@]} = 0 ] || fail ".env does not set: ${missing[*]}" "They are explained in .env.example and docs/deployment.md"
    [[ $(setting SITE_URL) == https://* ]] || fail "SITE_URL in .env must be the shop's https address."
    [ -z "$domain" ] || [ "$(setting SITE_URL)" = "https://$domain" ] ||
        fail "The shop is set up for $(setting SITE_URL). To use $domain, change ALLOWED_HOSTS and SITE_URL in .env."
}

# Makes a self-signed certificate, so that the first start can serve https. Your own certificate replaces it later.
make_certificate() {
    mkdir -p var/tls var/acme
    [ ! -s var/tls/fullchain.pem ] || return 0
    command -v openssl >/dev/null ||
        fail "openssl is needed for a first certificate. Or put fullchain.pem and privkey.pem into var/tls/ yourself."
    local host kind=DNS
    host=$(setting SITE_URL | sed -E 's,^https://([^:/]*).*,\1,')
    [[ ! $host =~ ^[0-9.]+$ ]] || kind=IP
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 \
        -subj "/CN=$host" -addext "subjectAltName=$kind:$host" \
        -keyout var/tls/privkey.pem -out var/tls/fullchain.pem 2>/dev/null)
    echo "Made a self-signed certificate for $host. Browsers warn about it; for a real one see docs/deployment.md"
}

start() {
    docker compose pull --quiet --ignore-buildable
    docker compose build --pull
    docker compose up --detach --remove-orphans --wait --wait-timeout 300 && return
    docker compose ps --all >&2 || true
    docker compose logs --tail 40 migrate web websocket worker nginx >&2 || true
    fail "The shop did not start; the reason is above. Change what is wrong, then run this again."
}

show_addresses() {
    local site
    site=$(setting SITE_URL)
    site=${site%/}
    cat <<EOF

  Shop          $site/
  API           $site/api/v1/
  Swagger UI    $site/swagger/   (ReDoc: $site/redoc/; API_DOCS=staff in .env hides both)
  Admin         $site/admin/
  WebSocket     wss://${site#https://}/ws/orders/notifications/
  Health        $site/api/v1/health/

  Create the first staff user   docker compose exec web python manage.py createsuperuser
  Load a demo catalogue         docker compose exec web python manage.py load_demo
  Follow the logs               docker compose logs --follow
EOF
    [ "$(setting EMAIL_HOST)" != mailbox ] ||
        echo "  Mail is kept, not sent        http://127.0.0.1:8025/ (a real mail server: EMAIL_HOST in .env)"
}

domain=${1:-${DOMAIN:-}}
require_docker
[ -f .env ] || make_env
check_env
make_certificate
start
show_addresses
