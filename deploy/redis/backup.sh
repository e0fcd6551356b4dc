#!/bin/sh
# backup.sh: what this server keeps, as a tar on standard output: a snapshot of now, and of a Cluster's node its place there.
set -eu
export REDISCLI_AUTH="$REDIS_OPERATOR_PASSWORD"
ask() { redis-cli --user operator "$@"; }
persistence() { ask info persistence | tr -d '\r' | sed -n "s/^$1://p"; }

# Redis makes none while one is under way, nor while it writes its append-only file anew.
until answer=$(ask bgsave); [ "$answer" = 'Background saving started' ]; do
  case $answer in *progress* | *active*) sleep 0.5 ;; *) echo "$answer" >&2; exit 1 ;; esac
done
while [ "$(persistence rdb_bgsave_in_progress)" != 0 ]; do sleep 0.2; done
[ "$(persistence rdb_last_bgsave_status)" = ok ] || { echo "the snapshot failed; Redis's log says why" >&2; exit 1; }
cd /data
tar -c dump.rdb $(ls nodes.conf 2>/dev/null)
rm dump.rdb
