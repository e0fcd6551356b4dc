#!/bin/sh
# Whether this server (or sentinel) answers; of a Cluster, whether it is made and this node belongs to its greater part.
export REDISCLI_AUTH="$REDIS_OPERATOR_PASSWORD"
ask() { redis-cli --user operator "$@"; }
[ ! -f /data/sentinel.conf ] || { ask -p 26379 sentinel ckquorum tripcast | grep -q '^OK'; exit; }
[ "$(ask ping)" = PONG ] || exit 1
ask info cluster | grep -q 'cluster_enabled:0' && exit
state=$(ask cluster info)
case $state in *cluster_state:ok*cluster_slots_assigned:16384*) ;; *) exit 1 ;; esac
