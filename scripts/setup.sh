#!/usr/bin/env bash
# Installs what is missing on Debian 12 (or a later Debian or Ubuntu that has the same packages).
#   setup.sh run           libraries to build with, PostgreSQL and PostGIS to run on
#   setup.sh test          what the tests need besides: tools, and Python packages in .venv and in .venv-pgstac,
#                          .venv-mlflow and .venv-fair
#   setup.sh conformance   the Python packages of the conformance tests, in the same .venv
#   setup.sh bench         what the benchmarks need: wrk and pgbench, and Python packages in .venv-bench
#   setup.sh bench-peer    the same, and the server to compare with, in .venv-bench-peer
#   setup.sh bench-inference   what the comparison of whole maps needs, in .venv-bench-inference
set -euo pipefail
cd "$(dirname "$0")/.."

run_packages=(
  libpq-dev libgeos-dev libproj-dev libgdal-dev libxgboost-dev libcurl4-openssl-dev libssl-dev zlib1g-dev libzstd-dev
  postgresql-15 postgresql-15-postgis-3
)
test_packages=(
  # An S3 server (OpenStack Swift) and a registry of container images.
  swift-proxy swift-account swift-container swift-object docker-registry
  gdal-bin python3-venv)
inference_packages=(python3-venv libdeflate0 libxgboost0)
bench_packages=(wrk python3-venv postgresql-15 postgresql-15-postgis-3)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_missing() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "Installing ${missing[*]} ..."
  as_root apt-get update -q >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
}

# install_python_packages FILE [FOLDER [OPTION-OF-PIP...]]
install_python_packages() {
  local folder=${2:-.venv}
  cmp -s "$1" "$folder/installed-$1" && return
  echo "Installing the Python packages of $1 into $folder ..."
  [ -x "$folder/bin/python" ] || /usr/bin/python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${@:3}" -r "$1"
  cp "$1" "$folder/installed-$1"
}

command -v swift >/dev/null || {
  echo "The Swift toolchain is missing: install Swift 6.3 from https://www.swift.org/install and put swift on the PATH." >&2
  exit 1
}

case "${1:-run}" in
run)
  install_missing "${run_packages[@]}"
  ;;
test)
  install_missing "${test_packages[@]}"
  install_python_packages requirements-test.txt
  install_python_packages requirements-pgstac.txt .venv-pgstac
  install_python_packages requirements-mlflow.txt .venv-mlflow
  install_python_packages requirements-fair.txt .venv-fair
  install_python_packages requirements-fair-client.txt .venv-fair --no-deps
  ;;
conformance)
  install_python_packages requirements-conformance.txt
  ;;
bench | bench-peer)
  install_missing "${bench_packages[@]}"
  install_python_packages requirements-bench.txt .venv-bench
  [ "$1" = bench ] || install_python_packages requirements-bench-peer.txt .venv-bench-peer
  ;;
bench-inference)
  install_missing "${inference_packages[@]}"
  install_python_packages requirements-bench-inference.txt .venv-bench-inference
  ;;
*)
  echo "usage: setup.sh run|test|conformance|bench|bench-peer|bench-inference" >&2
  exit 2
  ;;
esac
