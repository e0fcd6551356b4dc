#!/bin/sh
# Serves TLS on 8443 when there is a certificate with its key: any .pem in the folder.
set -eu
TLS=0
for file in /certificates/*.pem; do [ ! -f "$file" ] || TLS=1; done
export TLS
# Prometheus, health checks, and whoever looks at /stats.
export MAXCONN_IN_ALL=$((HAPROXY_MAXCONN + 100))
case $HTTP_BIND in
  127.* | localhost) ;;
  *) echo "NO TLS on $HTTP_BIND:$HTTP_PORT: tokens and positions cross the network in the clear. HTTPS_BIND is for everybody" >&2 ;;
esac
exec haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg
