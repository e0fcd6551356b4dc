#!/bin/sh
# make-cluster.sh NODE...: makes a Cluster of these servers: the first half are masters, and each has one of the others as its
# replica. A try that is cut off at any point is made good by the next one; a Cluster that is made stays as it is.
set -u
export REDISCLI_AUTH="$REDIS_OPERATOR_PASSWORD"
SLOTS=16384

# tell ADDRESS COMMAND...: whether it was done.
tell() { host=$1; shift; [ "$(ask "$host" "$@")" = OK ]; }
ask() { host=$1; shift; redis-cli --user operator -h "$host" "$@" 2>/dev/null; }

# Slots are given away last: with all of them the Cluster is made.
is_made() { ask 127.0.0.1 cluster info | grep -q "cluster_slots_assigned:$SLOTS"; }
knows_all() { [ "$(ask "$1" cluster nodes | grep -cv handshake)" = "$count" ]; }

make() {
  is_made && return
  count=$#
  for node; do
    [ "$(ask "$node" ping)" = PONG ] || return 1
    address=$(getent hosts "$node" | cut -d ' ' -f 1)
    [ "$address" = "$(hostname -i)" ] || tell 127.0.0.1 cluster meet "$address" 6379 || return 1
  done
  for node; do knows_all "$node" || return 1; done
  is_made && return # this server has lost its data, and the others have told it

  masters=$((count / 2))
  index=0
  while [ $index -lt $masters ]; do
    master=$(nth $((index + 1)) "$@")
    replica=$(nth $((index + masters + 1)) "$@")
    tell "$replica" cluster replicate "$(ask "$master" cluster myid)" || return 1
    index=$((index + 1))
  done
  index=0
  while [ $index -lt $masters ]; do
    ask "$(nth $((index + 1)) "$@")" cluster addslotsrange \
      $((SLOTS * index / masters)) $((SLOTS * (index + 1) / masters - 1)) >/dev/null # refused when it has them already
    index=$((index + 1))
  done
  is_made
}

nth() { shift "$1"; echo "$1"; }

until make "$@"; do sleep 0.5; done
echo "the Cluster is made"
