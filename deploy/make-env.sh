#!/bin/sh
# Writes .env: the settings of .env.example with fresh secrets. An .env that is there stays as it is.
set -eu
umask 077
cd "$(dirname "$0")/.."
if [ -e .env ]; then echo ".env is there already" >&2; exit 1; fi
secret() { openssl rand -hex 32; }
sed -e "s/^TRIPCAST_JWT_SECRET=.*/TRIPCAST_JWT_SECRET=$(secret)/" \
  -e "s/^REDIS_PASSWORD=.*/REDIS_PASSWORD=$(secret)/" \
  -e "s/^REDIS_OPERATOR_PASSWORD=.*/REDIS_OPERATOR_PASSWORD=$(secret)/" \
  -e "s/^GRAFANA_PASSWORD=.*/GRAFANA_PASSWORD=$(secret)/" .env.example >.env
echo "written: .env"
