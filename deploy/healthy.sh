#!/usr/bin/env bash
# healthy PORT PATH: whether that address of this container answers 200. Nothing but bash: the images have no curl, and a
# Node process every two seconds would cost a part of a core.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
