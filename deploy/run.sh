#!/usr/bin/env bash
# Serves the app on http://$HOST:$PORT together with its job consumer, in the foreground, until SIGTERM or Ctrl-C.
# Sets up first; migrates the database; loads the demo county where there are no people yet.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/setup.sh
export FLASK_APP=wsgi.py PYTHONUNBUFFERED=1
flask=.venv/bin/flask

$flask db upgrade
$flask demo load # does nothing where there is data
$flask demo accounts
scheme=http
[ -n "${TLS_CERT:-}" ] && scheme=https
printf '\n联查 Liancha: %s://%s:%s   (Ctrl-C stops it)\n\n' "$scheme" "${HOST:-127.0.0.1}" "${PORT:-8000}"

web="" jobs=""
stop() {
  trap - TERM INT HUP EXIT
  kill -TERM $web 2>/dev/null || true
  kill -INT $jobs 2>/dev/null || true # SIGINT has it finish the job in hand
  wait
}
trap 'stop; exit 0' TERM INT HUP
trap stop EXIT

.venv/bin/gunicorn -c deploy/gunicorn.conf.py wsgi:app &
web=$!
$flask jobs work &
jobs=$!

wait -n # if either goes, both go
