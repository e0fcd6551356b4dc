#!/bin/sh
# start.sh alone                    one server
# start.sh watched ADDRESS [MASTER] one that sentinels watch, at this address; at first a replica of MASTER
# start.sh sentinel MASTER          a sentinel; at first it watches MASTER, as "tripcast"
# start.sh shard [NODE...]          a node of a Cluster; the one that is told all others makes the Cluster of them
# start.sh restore                  into an empty /data, what backup.sh has written comes by standard input
#
# Passwords come from REDIS_PASSWORD (the gateways) and REDIS_OPERATOR_PASSWORD (operators, replicas, sentinels).
set -eu
umask 077
here=/etc/tripcast
hash_of() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }

# users FILE: the ACL of the gateways, and the operator's.
users() {
  sed -E -e "s/>change-me/#$(hash_of "$REDIS_PASSWORD")/" -e "s/ ([~&])/ \1${TRIPCAST_PREFIX:-}/g" "$1"
  echo "user operator on #$(hash_of "$REDIS_OPERATOR_PASSWORD") ~* &* +@all"
  # Nobody may log in as `default`; but Redis reads its append-only file as `default`, and leaves out what that may not do.
  echo "user default off resetpass ~* &* +@all"
}

# keep FILE: writes standard input there, the whole or nothing.
keep() { cat >"$1.new" && mv "$1.new" "$1"; }

# server LINE...: runs Redis with what is common to every kind, and these lines. Its file is made anew at each start: what
# Redis writes into it (when sentinels have it follow another master) would otherwise outlive changes of settings. Run
# without docker-entrypoint.sh, which from Redis 8 on loads modules that nobody here asks for.
server() {
  users "$here/users.acl" | keep /data/users.acl
  {
    cat "$here/redis.conf"
    echo "maxmemory ${REDIS_MAXMEMORY:-0}"
    echo "appendfsync ${REDIS_APPENDFSYNC:-everysec}"
    echo "masterauth $REDIS_OPERATOR_PASSWORD"
    for line; do echo "$line"; done
  } | keep /data/redis.conf
  exec redis-server /data/redis.conf
}

role=$1; shift
case $role in
alone) server ;;

watched)
  # Whose replica the sentinels have made it, when they have; a master has no such line.
  if [ -f /data/redis.conf ]; then master=$(sed -n 's/^replicaof //p' /data/redis.conf)
  else master=${2:+$2 6379}; fi
  server "replica-announce-ip $1" ${master:+"replicaof $master"}
  ;;

sentinel)
  users "$here/sentinel-users.acl" | keep /data/users.acl
  # What a sentinel has found out (who is the master, who else watches) stays; all else is told it anew.
  found=$(grep -E '^sentinel (myid|monitor|(config|leader|current)-epoch|known-)' /data/sentinel.conf 2>/dev/null || true)
  keep /data/sentinel.conf <<END
port 26379
aclfile /data/users.acl
${found:-sentinel monitor tripcast $1 6379 2}
sentinel sentinel-user operator
sentinel sentinel-pass $REDIS_OPERATOR_PASSWORD
sentinel auth-user tripcast operator
sentinel auth-pass tripcast $REDIS_OPERATOR_PASSWORD
sentinel down-after-milliseconds tripcast 3000
sentinel failover-timeout tripcast 15000
END
  exec redis-server /data/sentinel.conf --sentinel
  ;;

shard)
  if [ $# -gt 0 ]; then ("$here/make-cluster.sh" "$@" &); fi
  server "cluster-enabled yes" "cluster-config-file /data/nodes.conf" "cluster-announce-ip $(hostname -i)"
  ;;

restore)
  [ -z "$(ls -A /data)" ] || { echo "restore: /data is not empty" >&2; exit 1; }
  tar -x -C /data
  # Redis reads a snapshot only when it is to keep no append-only file, and writes that of what it has read when it is
  # told so later.
  redis-server --dir /data --port 0 --unixsocket /data/restore.sock --appendonly no --save '' >&2 &
  ask() { redis-cli -s /data/restore.sock "$@" 2>/dev/null; }
  until [ "$(ask ping)" = PONG ]; do kill -0 $! || exit 1; sleep 0.2; done
  ask config set appendonly yes >&2
  while ask info persistence | grep -Eq 'aof_rewrite_(scheduled|in_progress):1'; do sleep 0.2; done
  ask info persistence | grep -q 'aof_last_bgrewrite_status:ok'
  echo "restored: $(ask dbsize) keys" >&2
  ask shutdown nosave || true
  wait $!
  rm /data/dump.rdb
  ;;

*) echo "start.sh: no such role: $role" >&2; exit 2 ;;
esac
