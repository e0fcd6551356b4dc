#!/bin/sh
# make-certificates.sh [NAME|ADDRESS...]: a certificate for development, good for a year, for localhost and these names
# and IPv4 addresses, into deploy/certificates. Clients must be told to trust it: curl --cacert deploy/certificates/development.pem
set -eu
cd "$(dirname "$0")/certificates"
names=DNS:localhost,IP:127.0.0.1
for name; do
  case $name in
    *[!0-9.]*) names=$names,DNS:$name ;;
    *) names=$names,IP:$name ;;
  esac
done
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=localhost \
  -addext "subjectAltName=$names" -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
  -keyout key -out certificate 2>/dev/null
cat certificate key >development.pem
rm certificate key
chmod 644 development.pem # the load balancer is a user of its own; a real key wants `chown 99` and 400 instead
echo "written: deploy/certificates/development.pem"
