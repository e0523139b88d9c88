#!/usr/bin/env bash
# Serves the app on http://$HOST:$PORT together with its job consumer, in the foreground, until SIGTERM or Ctrl-C.
# Sets up first; migrates the database; loads the demo county where there are no people yet.
set -euo pipefail
cd "$(dirname "$0")/.."

host=${HOST:-127.0.0.1} port=${PORT:-8000}
if (: <>"/dev/tcp/$host/$port") 2>/dev/null; then
  printf '%s:%s is in use. Stop what runs there, or choose another port: PORT=%s make run\n' "$host" "$port" $((port + 1))
  exit 1
fi

deploy/setup.sh
export FLASK_APP=wsgi.py PYTHONUNBUFFERED=1
flask=.venv/bin/flask

$flask db upgrade
$flask search renew --if-outdated
$flask demo load # does nothing where there is data
$flask demo accounts
scheme=http
[ -n "${TLS_CERT:-}" ] && scheme=https
printf '\n联查 Liancha: %s://%s:%s   (Ctrl-C stops it)\n\n' "$scheme" "$host" "$port"

web="" jobs=""
stop() {
  trap - TERM INT HUP EXIT
  kill -TERM $web 2>/dev/null || true
  # SIGINT has it finish the job in hand. Said again, for until it has started up it does not hear it.
  while [ -n "$jobs" ] && kill -INT $jobs 2>/dev/null; do sleep 0.5; done
  wait
}
trap 'stop; exit 0' TERM INT HUP
trap stop EXIT

.venv/bin/gunicorn -c deploy/gunicorn.conf.py wsgi:app &
web=$!
$flask jobs work &
jobs=$!

wait -n # if either goes, both go
