# Sourced by every script: brings a Debian 12 machine to where the project runs, and does nothing when it is there.
#
#   . scripts/lib/setup.sh && set_up
#
# Debian packages (scripts/lib/packages.txt), .venv from requirements.lock with hashes, the SC faces of the font.
# The stamp .venv/.set-up names the content of everything that set-up depends on; when it agrees, nothing is done.
# A set-up that was cut off leaves .venv/.unfinished, and the next one makes .venv anew: pip takes a package it had half
# copied for an installed one.

# Python reads .pth files in the locale's encoding, whatever PYTHONUTF8 says (site.py), and a checkout may lie in a folder
# with a Chinese name: under LC_ALL=C or zh_CN.GBK no Python of .venv would start. Debian always has C.UTF-8 (libc-bin).
export LC_ALL=C.UTF-8 PYTHONUTF8=1
unset LANGUAGE PYTHONHOME PYTHONPATH

say() { printf '%s\n' "$*" >&2; }

die() {
  say "✗ $1"
  say "  $2"
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "需要管理员权限来装软件包：请用 root 运行，或先装 sudo。" \
        "Root is needed to install Debian packages: run as root, or install sudo first."
  fi
}

PACKAGES=scripts/lib/packages.txt

wanted_packages() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$PACKAGES"; }

missing_packages() {
  # dpkg-query says nothing about packages it never heard of, and leaves with 1: so ask, and see who is not answered.
  local installed
  installed=$(wanted_packages | xargs dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null \
    | sed -n 's/^.i  *//p' || true)
  wanted_packages | grep -vxF -f <(printf '%s\n' "$installed" "-") || true
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"
}

install_packages() {
  command -v dpkg-query >/dev/null 2>&1 ||
    die "这台机器不是 Debian，请在 Debian 12 上运行。" "This is not a Debian machine; please use Debian 12."
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  say "安装 Debian 软件包 installing: $(echo "$missing" | tr '\n' ' ')"
  # A machine that was switched off in the middle of an installation; apt refuses to go on until this is done.
  if compgen -G "/var/lib/dpkg/updates/*" >/dev/null; then
    as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null ||
      die "上次没装完的软件包接不上，上面有原因。" "A cut-off installation could not be completed; the reason stands above."
  fi
  apt_get update >/dev/null ||
    die "连不上 Debian 软件源，请检查网络。" "The Debian archive is out of reach: please check the network."
  # shellcheck disable=SC2086  # one word per package
  apt_get install --no-install-recommends $missing >/dev/null ||
    die "软件包没有装成，上面有原因。" "Debian packages could not be installed; the reason stands above."
}

# What single scripts need besides: set_up_more scripts/lib/LIST.txt
set_up_more() {
  local PACKAGES=$1
  install_packages
}

find_python() {
  local candidate
  for candidate in /usr/bin/python3.11 python3.11 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return 0
    fi
  done
  die "没有找到 Python 3.11（Debian 12 自带）。" "Python 3.11 was not found (Debian 12 brings it)."
}

stamp_of() {
  # The folder is part of it: an environment that was moved does not work.
  { pwd; cat requirements.lock pyproject.toml scripts/lib/packages.txt scripts/lib/fonts.py; } | sha256sum | cut -d' ' -f1
}

usable_venv() {
  # Its programs name the folder they were made in, so an environment that was moved does not work.
  [ ! -e .venv/.unfinished ] &&
    [ "$(sed -n 's/^command = .* -m venv //p' .venv/pyvenv.cfg 2>/dev/null)" = "$(pwd -P)/.venv" ] &&
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

install_python() {
  local python
  if ! usable_venv; then
    python=$(find_python)
    say "建立 Python 环境 making .venv with $python"
    rm -rf .venv
    mkdir .venv
    : >.venv/.unfinished
    "$python" -m venv .venv || die "建不了 Python 环境。" "The virtual environment could not be made."
  fi
  : >.venv/.unfinished
  say "安装 Python 依赖（按锁定清单核对哈希）installing from requirements.lock"
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements.lock ||
    die "Python 依赖没有装成：请检查网络，上面有原因。" \
        "Python packages could not be installed: please check the network; the reason stands above."
  .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps -e . --config-settings editable_mode=compat ||
    die "本项目没有装成，上面有原因。" "The project itself could not be installed; the reason stands above."
  .venv/bin/python scripts/lib/fonts.py >&2 ||
    die "字体没有备好，上面有原因。" "The fonts could not be prepared; the reason stands above."
  rm .venv/.unfinished
}

set_up() {
  install_packages
  local stamp
  stamp=$(stamp_of)
  [ "$(cat .venv/.set-up 2>/dev/null || true)" != "$stamp" ] || return 0
  mkdir -p .state
  (
    # Two scripts started at once: the second waits, then finds it done.
    flock 9
    [ "$(cat .venv/.set-up 2>/dev/null || true)" != "$stamp" ] || exit 0
    install_python 9>&-
    printf '%s\n' "$stamp" >.venv/.set-up
  ) 9>.state/set-up.lock
}
