#!/bin/sh
# cron in the foreground for a container. Its jobs write to our output; a stop reaches them, so that crawls end well, and is waited for.
set -eu

jobs_at_work() {
    for one in /proc/[0-9]*; do
        if [ "$(cat "$one/comm" 2> /dev/null)" = kliping ]; then echo "${one#/proc/}"; fi
    done
}

stop() {
    kill "$cron" 2> /dev/null || true
    for job in $(jobs_at_work); do kill -TERM "$job" 2> /dev/null || true; done
    while [ -n "$(jobs_at_work)" ]; do sleep 1; done
    exit 0
}

crond -f -c "${KLIPING_TABS:-/etc/kliping/tabs}" &
cron=$!
trap stop TERM INT
wait "$cron"
