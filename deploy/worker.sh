#!/bin/sh
# The worker of docker-compose.yml: pool and deployments first (nothing changes when they are there), then work.
set -eu
prefect work-pool inspect chipwire >/dev/null 2>&1 || prefect work-pool create chipwire --type process
prefect --no-prompt deploy --all
exec prefect worker start --pool chipwire
