#!/usr/bin/env bash
# Sets the project up in its own folder: system packages, .venv, the pinned requirements, compiled translations.
# Usage: deploy/setup.sh [tests]     With "tests" also what only the tests need.
# Run again, it only does what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
want="${1:-app}"

say() { printf '· %s\n' "$*"; }

# --- system packages -------------------------------------------------------------------------------------------
# One line per need: the packages that meet it, and a command that succeeds where it is met.
needs() {
  cat <<'LIST'
python3-venv: python3 -c 'import venv, ensurepip'
libpango-1.0-0: ldconfig -p | grep -q 'libpango-1\.0\.so'
libpangoft2-1.0-0: ldconfig -p | grep -q 'libpangoft2-1\.0\.so'
libharfbuzz-subset0: ldconfig -p | grep -q 'libharfbuzz-subset\.so'
fonts-noto-cjk fontconfig: fc-list | grep -qiE 'Noto (Sans|Serif) CJK'
LIST
  [ "$want" = tests ] && cat <<'LIST'
postgresql: ls /usr/lib/postgresql/*/bin/initdb
perl: perl -MDigest::SHA -MJSON::PP -e 1
libatomic1: ldconfig -p | grep -q 'libatomic\.so\.1'
chromium: chromium --version || chromium-browser --version || google-chrome --version
LIST
  return 0
}

missing_packages() {
  local packages check
  needs | while IFS=: read -r packages check; do
    PATH="$PATH:/usr/sbin:/sbin" bash -c "$check" </dev/null >/dev/null 2>&1 || echo "$packages"
  done
}

install_packages() {
  local packages as_root=()
  packages=$(missing_packages | xargs)
  [ -z "$packages" ] && return 0
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
  if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
    say "installing $packages"
    "${as_root[@]}" apt-get update -qq || true
    # shellcheck disable=SC2086  # a list of words
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages \
      >/dev/null || true
    packages=$(missing_packages | xargs)
    [ -z "$packages" ] && return 0
  fi
  say "still missing: $packages. To install them type:"
  printf '    sudo apt-get install --no-install-recommends %s\n' "$packages"
  say "going on without; PDFs, or the tests that need them, will say what they lack"
}

# --- Python ----------------------------------------------------------------------------------------------------
make_venv() {
  if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Python 3.11 or newer is needed (found: $(python3 --version 2>&1 || echo none))"
    exit 1
  fi
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "making .venv"
    if ! python3 -m venv --clear .venv; then
      say "cannot make .venv; see the line to type above"
      exit 1
    fi
  fi
}

# Install a requirements file if it, or one it names, or Python has changed since.
install_requirements() {
  local file=$1 stamp=".venv/.installed-$1" wanted
  wanted=$(cat requirements.txt "$file" <(.venv/bin/python --version) | sha256sum)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "installing $file"
    .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check -r "$file"
    echo "$wanted" >"$stamp"
  fi
}

# --- translations ----------------------------------------------------------------------------------------------
compile_translations() {
  local po
  for po in server/web/translations/*/LC_MESSAGES/messages.po; do
    if [ "$po" -nt "${po%.po}.mo" ]; then
      .venv/bin/pybabel --quiet compile -i "$po" -o "${po%.po}.mo"
    fi
  done
}

install_packages
make_venv
if [ "$want" = tests ]; then install_requirements requirements-dev.txt; else install_requirements requirements.txt; fi
compile_translations
